import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, rename, rm } from 'node:fs/promises'
import { AppError, hasSystemCode } from '../core/errors.ts'
import { DONE_FOLDER } from '../core/share/exclude.ts'
import { bytesOf, type RawPath, rawPathOfText } from '../core/share/raw-path.ts'
import type { Stamp } from '../core/share/stamp.ts'
import { sourceError } from './source-error.ts'

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
const RESERVE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
/** Rights of a name that was reserved and is not taken yet: no file that somebody puts there has them. */
const RESERVED = 0o200n
const MOST_NAMES = 10_000

/**
 * Moves a file of an inbox to `done/<date>/`, in the folders that it lay in. Nothing is ever unlinked
 * or replaced: a name that is taken there gets a number, and what lay at the path instead of the file
 * that was meant is put back. Folders are walked step by step, without following links.
 *
 * @param root the share's folder, every link in it resolved
 * @param date `2026-11-21`
 * @throws AppError `conflict` (reason `SOURCE_CHANGED`) when another file lies there by now, and
 * `unavailable` (reason `NOT_MOVED`) when it cannot be moved
 */
export async function putAside(
  root: string,
  { path, stamp }: { path: RawPath; stamp: Stamp },
  date: string,
): Promise<void> {
  const folders = path.split('/') as RawPath[]
  const name = folders.pop() ?? ('' as RawPath)
  const done = [DONE_FOLDER, date].map(rawPathOfText)
  try {
    await using from = await openFolder(root, folders)
    await using to = await openFolder(root, [...done, ...folders], { make: true })
    await move({ from, to, name, stamp })
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    if (hasSystemCode(cause, 'ENOENT')) throw changed(cause)
    throw sourceError('NOT_MOVED', cause)
  }
}

interface Move {
  from: FileHandle
  to: FileHandle
  name: RawPath
  stamp: Stamp
}

async function move({ from, to, name, stamp }: Move): Promise<void> {
  const source = inside(from, name)
  if (!isIt(await lstat(source, { bigint: true }), stamp)) throw changed()
  const target = inside(to, await reserve(to, name))
  try {
    await rename(source, target)
  } catch (cause) {
    await rm(target, { force: true })
    throw cause
  }
  if (!isIt(await lstat(target, { bigint: true }), stamp)) {
    await rename(target, inside(from, await reserve(from, name)))
    throw changed()
  }
  await syncFolder(to)
  await syncFolder(from)
}

/** Some file servers cannot sync a folder, and say so. */
async function syncFolder(folder: FileHandle): Promise<void> {
  await folder.sync().catch((cause: unknown) => {
    if (!hasSystemCode(cause, 'EINVAL') && !hasSystemCode(cause, 'ENOTSUP')) throw cause
  })
}

/** A name that nobody else can take any more, made from `name`. */
async function reserve(folder: FileHandle, name: RawPath): Promise<RawPath> {
  for (let number = 1; number < MOST_NAMES; number++) {
    const free = numbered(name, number)
    const file = inside(folder, free)
    try {
      const made = await open(file, RESERVE, Number(RESERVED))
      await made.close()
      return free
    } catch (cause) {
      if (hasSystemCode(cause, 'ENAMETOOLONG')) throw sourceError('NOT_MOVED', cause)
      if (!hasSystemCode(cause, 'EEXIST')) throw cause
      if (isReserved(await lstat(file, { bigint: true }))) return free
    }
  }
  throw sourceError('NOT_MOVED')
}

/** Of a move that a crash cut short: nothing lies in it. */
const isReserved = (stat: BigIntStats): boolean =>
  stat.isFile() && stat.size === 0n && (stat.mode & 0o777n) === RESERVED

/** `plan.pdf`, then `plan (2).pdf`. */
function numbered(name: RawPath, number: number): RawPath {
  if (number === 1) return name
  const dot = name.lastIndexOf('.')
  const stem = dot > 0 ? name.slice(0, dot) : name
  return `${stem} (${number})${name.slice(stem.length)}` as RawPath
}

/** Moving a file changes its ctime on most file systems, and nothing else. */
const isIt = (stat: BigIntStats, stamp: Stamp): boolean =>
  stat.isFile() &&
  String(stat.ino) === stamp.inode &&
  Number(stat.size) === stamp.sizeBytes &&
  String(stat.mtimeNs) === stamp.mtimeNs

async function openFolder(
  root: string,
  names: readonly RawPath[],
  { make = false } = {},
): Promise<FileHandle> {
  let folder = await open(root, FOLDER)
  for (const name of names) {
    const above = folder
    try {
      if (make) await makeFolder(above, name)
      folder = await open(inside(above, name), FOLDER)
    } finally {
      await above.close()
    }
  }
  return folder
}

async function makeFolder(above: FileHandle, name: RawPath): Promise<void> {
  try {
    await mkdir(inside(above, name))
    await syncFolder(above)
  } catch (cause) {
    if (!hasSystemCode(cause, 'EEXIST')) throw cause
  }
}

const inside = (folder: FileHandle, name: RawPath): Buffer =>
  Buffer.concat([Buffer.from(`/proc/self/fd/${folder.fd}/`), bytesOf(name)])

const changed = (cause?: unknown) =>
  new AppError('conflict', 'Another file lies there by now.', { reason: 'SOURCE_CHANGED', cause })
