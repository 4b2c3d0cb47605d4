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
/** `done/2026-11-21`. */
const DONE_DEPTH = 2

/** Told of the path that a file is about to have, before it is moved there. */
type Announce = (to: RawPath) => Promise<void>

/**
 * Moves a file of an inbox to `done/<date>/`, in the folders that it lay in. Nothing is ever unlinked
 * or replaced: a name that is taken there gets a number, and what lay at the path instead of the file
 * that was meant is put back. Folders are walked step by step, without following links; those that are
 * made have mode and group of the ones that they stand for.
 *
 * @param root the share's folder, every link in it resolved
 * @param date `2026-11-21`
 * @throws AppError `conflict` (reason `SOURCE_CHANGED`) when another file lies there by now, and
 * `unavailable` (reason `NOT_MOVED`) when it cannot be moved
 */
export async function putAside(
  root: string,
  { path, stamp }: { path: RawPath; stamp: Stamp },
  { date, announce }: { date: string; announce?: Announce },
): Promise<void> {
  const { folders, name } = split(path)
  const to = [...[DONE_FOLDER, date].map(rawPathOfText), ...folders]
  const isIt = (stat: BigIntStats) => isSameInode(stat, stamp) && isUnwritten(stat, stamp)
  await carry(root, { from: folders, to, name, isIt, ...(announce && { announce }) })
}

/**
 * Moves a file from `done/<date>/` back to the folder that it lay in, whatever was written to it since,
 * in the same careful way.
 */
export async function putBack(
  root: string,
  { path, stamp }: { path: RawPath; stamp: Stamp },
  announce: Announce,
): Promise<void> {
  const { folders, name } = split(path)
  const isIt = (stat: BigIntStats) => isSameInode(stat, stamp)
  await carry(root, { from: folders, to: folders.slice(DONE_DEPTH), name, isIt, announce })
}

function split(path: RawPath): { folders: RawPath[]; name: RawPath } {
  const folders = path.split('/') as RawPath[]
  return { name: folders.pop() ?? ('' as RawPath), folders }
}

interface Carriage {
  from: readonly RawPath[]
  to: readonly RawPath[]
  name: RawPath
  isIt: (stat: BigIntStats) => boolean
  announce?: Announce
}

async function carry(root: string, { from, to, ...file }: Carriage): Promise<void> {
  try {
    await using source = await openFolder(root, from)
    await using target = await openFolder(root, to, { like: from })
    const announce = async (name: RawPath) => file.announce?.([...to, name].join('/') as RawPath)
    await move({ from: source, to: target, name: file.name, isIt: file.isIt, announce })
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
  isIt: (stat: BigIntStats) => boolean
  announce: Announce
}

async function move({ from, to, name, isIt, announce }: Move): Promise<void> {
  const source = inside(from, name)
  if (!isIt(await lstat(source, { bigint: true }))) throw changed()
  const free = await reserve(to, name)
  const target = inside(to, free)
  try {
    await announce(free)
    await rename(source, target)
  } catch (cause) {
    await rm(target, { force: true })
    throw cause
  }
  if (!isIt(await lstat(target, { bigint: true }))) {
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

const isSameInode = (stat: BigIntStats, { inode }: Stamp): boolean =>
  stat.isFile() && String(stat.ino) === inode

/** Moving a file changes its ctime on most file systems, and nothing else. */
export const isUnwritten = (stat: BigIntStats, { sizeBytes, mtimeNs }: Stamp): boolean =>
  Number(stat.size) === sizeBytes && String(stat.mtimeNs) === mtimeNs

/**
 * Opens a folder below the root step by step.
 *
 * @param like when given, what is missing is made; the innermost ones stand for the innermost of these
 * folders, those above all of them for the root
 */
async function openFolder(
  root: string,
  names: readonly RawPath[],
  { like }: { like?: readonly RawPath[] } = {},
): Promise<FileHandle> {
  let folder = await open(root, FOLDER)
  for (const [depth, name] of names.entries()) {
    const above = folder
    try {
      const isNew = like !== undefined && (await makeFolder(above, name))
      folder = await open(inside(above, name), FOLDER)
      const inner = names.length - depth - 1
      if (isNew) await resemble(folder, root, like.slice(0, Math.max(0, like.length - inner)))
    } finally {
      await above.close()
    }
  }
  return folder
}

/** @returns whether it was not there before */
async function makeFolder(above: FileHandle, name: RawPath): Promise<boolean> {
  try {
    await mkdir(inside(above, name))
  } catch (cause) {
    if (!hasSystemCode(cause, 'EEXIST')) throw cause
    return false
  }
  await syncFolder(above)
  return true
}

/**
 * Gives a new folder mode and group of another one, as far as that may be done: whoever could reach a
 * file where it lay is to reach it where it lies, whatever umask this process has.
 */
async function resemble(made: FileHandle, root: string, like: readonly RawPath[]): Promise<void> {
  try {
    await using model = await openFolder(root, like)
    const { mode, gid } = await model.stat()
    const { uid } = await made.stat()
    await made.chown(uid, gid).catch(unlessForbidden)
    await made.chmod(mode & 0o7777).catch(unlessForbidden)
  } catch (cause) {
    await made.close()
    throw cause
  }
}

/** A stranger's group, or a file system that keeps no rights: the folder stays as it was made. */
function unlessForbidden(cause: unknown): void {
  const isForbidden = ['EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].some((code) =>
    hasSystemCode(cause, code),
  )
  if (!isForbidden) throw cause
}

const inside = (folder: FileHandle, name: RawPath): Buffer =>
  Buffer.concat([Buffer.from(`/proc/self/fd/${folder.fd}/`), bytesOf(name)])

const changed = (cause?: unknown) =>
  new AppError('conflict', 'Another file lies there by now.', { reason: 'SOURCE_CHANGED', cause })
