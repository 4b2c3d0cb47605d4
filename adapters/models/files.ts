import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hasSystemCode } from '../../core/errors.ts'

const CHUNK = 1024 * 1024

/** Bytes of a regular file, not of what a link leads to; undefined when there is none. */
export async function fileSize(path: string): Promise<number | undefined> {
  try {
    const stats = await lstat(path)
    return stats.isFile() ? stats.size : undefined
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw cause
  }
}

/** The same of what a link leads to: what was put there by hand may be links into another folder. */
export async function targetSize(path: string): Promise<number | undefined> {
  try {
    const stats = await stat(path)
    return stats.isFile() ? stats.size : undefined
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw cause
  }
}

/** Names of the folders in `path`, links to folders among them, sorted; [] when it is not there. */
export async function foldersIn(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('.'))
      .sort()
  } catch (cause) {
    if (isAbsent(cause)) return []
    throw cause
  }
}

/** Paths of all files below `folder`, with slashes, sorted; what is hidden is left out. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length))
    .filter((path) => !path.split('/').some((name) => name.startsWith('.')))
    .sort()
}

/** What `hashFile` may be told and tells. */
export interface Hashing {
  signal?: AbortSignal
  /** Called with the bytes of each chunk that was read. */
  onBytes?: (bytes: number) => void
}

/**
 * SHA-256 of a regular file, in hex; undefined when it is not there. A link is none of it.
 *
 * @throws the abort reason
 */
export async function hashFile(path: string, options: Hashing = {}): Promise<string | undefined> {
  const file = await openPlain(path)
  if (!file) return undefined
  try {
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(CHUNK)
    for (;;) {
      options.signal?.throwIfAborted()
      const { bytesRead } = await file.read(buffer, 0, CHUNK)
      if (bytesRead === 0) return hash.digest('hex')
      hash.update(buffer.subarray(0, bytesRead))
      options.onBytes?.(bytesRead)
    }
  } finally {
    await file.close()
  }
}

/** Opens a regular file to read; undefined for a link and for nothing. */
export async function openPlain(path: string): Promise<FileHandle | undefined> {
  let file: FileHandle
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch (cause) {
    if (isAbsent(cause) || hasSystemCode(cause, 'ELOOP')) return undefined
    throw cause
  }
  if ((await file.stat()).isFile()) return file
  await file.close()
  return undefined
}

export const isAbsent = (cause: unknown): boolean =>
  hasSystemCode(cause, 'ENOENT') || hasSystemCode(cause, 'ENOTDIR')

/** Makes names in a folder as durable as the bytes behind them. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  await folder.sync().finally(() => folder.close())
}

/** Makes a file's bytes durable. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r')
  await file.sync().finally(() => file.close())
}
