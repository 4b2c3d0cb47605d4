import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
} from 'node:fs'
import { hasSystemCode } from '../core/errors.ts'
import { displayText } from '../core/share/display-path.ts'
import type { Exclusion } from '../core/share/exclude.ts'
import { absolute, type RawPath } from '../core/share/raw-path.ts'
import { type Stamp, stampOf } from '../core/share/stamp.ts'
import { asSourceError, failureOf, type SourceFailure, sourceError } from './source-error.ts'

/** What lies in a share at one path. */
export interface Found {
  /** A folder that could not be listed ends with a slash. */
  path: RawPath
  stamp: Stamp
  /** Why it cannot be a document; absent for a regular file. */
  failure?: SourceFailure
}

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

/** A folder, '' for the root, else with a slash at the end; and the device that it lies on. */
export type Visit = (folder: RawPath, device: string) => void

interface Folder {
  /** '' for the root, else with a slash at the end. */
  prefix: RawPath
  names: string[]
  next: number
  /** Folders inside that were met already and whose turn has not come. */
  below: RawPath[]
}

/**
 * Yields everything in a share in the order of its path bytes, which is the order of the catalog, so
 * that the two can be compared in one pass. Holds one folder's names per level. Blocks for one
 * folder at a time: 50,000 files in 0.3 s, which is a sixth of what the asynchronous calls take.
 *
 * @param root the share's folder, every link in it resolved
 * @param visit is told of each folder that is listed, the root first, before what is in it
 * @throws the system's error when the root itself cannot be listed
 */
export function* walk(root: string, exclude: Exclusion, visit: Visit = () => {}): Generator<Found> {
  const top = '' as RawPath
  const open: Folder[] = [{ prefix: top, names: list(root, top, visit), next: 0, below: [] }]
  for (let folder = open.at(-1); folder; folder = open.at(-1)) {
    const name = folder.names[folder.next]
    const below = folder.below.at(-1)
    // `a/x` stands behind `a.txt` in byte order, though `a` stands before it
    if (below !== undefined && (name === undefined || below < folder.prefix + name)) {
      folder.below.pop()
      const entered = enter(root, below, visit)
      if ('failure' in entered) yield entered
      else open.push(entered)
    } else if (name === undefined) {
      open.pop()
    } else {
      folder.next++
      const path = (folder.prefix + name) as RawPath
      const found = look(root, path, exclude)
      if (found === 'folder') folder.below.push(`${path}/` as RawPath)
      else if (found) yield found
    }
  }
}

function enter(
  root: string,
  prefix: RawPath,
  visit: Visit,
): Folder | (Found & { failure: SourceFailure }) {
  try {
    return { prefix, names: list(root, prefix, visit), next: 0, below: [] }
  } catch (cause) {
    return { path: prefix, stamp: NO_STAMP, failure: reasonOf(cause) }
  }
}

/** Names in byte order, from the folder that was opened, even if another has its place by now. */
function list(root: string, prefix: RawPath, visit: Visit): string[] {
  const path = absolute(root, prefix.slice(0, -1) as RawPath)
  const fd = openSync(path, DIRECTORY)
  try {
    const real = readlinkSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' })
    if (!real.equals(path)) throw sourceError('OUTSIDE_SHARE')
    visit(prefix, String(fstatSync(fd, { bigint: true }).dev))
    return readdirSync(`/proc/self/fd/${fd}`, { encoding: 'latin1' }).sort(byBytes)
  } finally {
    closeSync(fd)
  }
}

const byBytes = (a: string, b: string): number => (a < b ? -1 : 1)

function look(root: string, path: RawPath, exclude: Exclusion): Found | 'folder' | undefined {
  let stat: BigIntStats
  try {
    stat = lstatSync(absolute(root, path), { bigint: true })
  } catch (cause) {
    if (hasSystemCode(cause, 'ENOENT')) return undefined // gone since the folder was read
    return { path, stamp: NO_STAMP, failure: reasonOf(cause) }
  }
  const shown = displayText(path)
  const name = shown.slice(shown.lastIndexOf('/') + 1)
  if (stat.isDirectory()) return exclude.folder(shown, name) ? undefined : 'folder'
  if (exclude.file(shown, name)) return undefined
  const found = { path, stamp: stampOf(stat) }
  if (stat.isFile()) return found
  return {
    ...found,
    failure: reasonOf(sourceError(stat.isSymbolicLink() ? 'SYMLINK' : 'NOT_A_FILE')),
  }
}

/** Stands for what could not even be looked at. */
const NO_STAMP: Stamp = {
  device: '',
  inode: '',
  generation: '',
  sizeBytes: 0,
  mtimeNs: '0',
  ctimeNs: '0',
}

function reasonOf(cause: unknown): SourceFailure {
  const failure = failureOf(asSourceError(cause))
  if (!failure) throw cause
  return failure
}
