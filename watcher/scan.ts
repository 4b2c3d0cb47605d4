import { setImmediate as breathe } from 'node:timers/promises'
import type { Ports, ShareEntry, Shares } from '../core/ports/index.ts'
import { displayText } from '../core/share/display-path.ts'
import type { Exclusion } from '../core/share/exclude.ts'
import { bytesOf, type RawPath, rawPathOf } from '../core/share/raw-path.ts'
import type { Stamp } from '../core/share/stamp.ts'
import { judge } from './judge.ts'
import { failedEntry, type Place } from './take.ts'
import { type Found, type Visit, walk } from './walk.ts'

/** How long the walk may hold the process before everything else gets a turn. */
const SLICE_MS = 15
const PAGE = 1_000
const BATCH = 500

/** What a scan found. */
export interface ScanResult {
  /** Everything that lies in the share now. */
  seen: number
  /** Files to take, whether there was room for them to wait or not. */
  changed: number
  /** There was no room for all of them: scan again when there is. */
  isCut: boolean
  /** Files that are there again, unchanged. */
  back: number
  /** Files newly recorded as not taken. */
  recorded: number
  /** Files that were there before; `gone` are those that are not there any more. */
  known: number
  gone: RawPath[]
  /** How many of those seem to lie at another path now: a new file has their inode. */
  carried: number
  /** Folders that were listed. */
  folders: number
  /** Those of them, with a slash at the end, on which another file system is mounted. */
  mounts: RawPath[]
}

export interface ScanOptions {
  exclude: Exclusion
  /** Takes a new or changed file, with what was known of it; false when there is no room. */
  offer(path: RawPath, stamp: Stamp, known?: ShareEntry): boolean
  /** Resolves when there may be room again; false when it took too long. Absent: nobody waits. */
  roomAgain?(): Promise<boolean>
  signal: AbortSignal
}

/**
 * Compares a share with what is known of it, in one pass over both in the order of path bytes.
 * Nothing is marked as missing here: whether files went or the share did is for the caller to judge.
 *
 * @throws the system's error when the root cannot be listed
 */
export async function scan(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  place: Place,
  options: ScanOptions,
): Promise<ScanResult> {
  const { shares } = ports.catalog
  const result = { seen: 0, changed: 0, isCut: false, back: 0, recorded: 0, known: 0 }
  const tree = folderCount()
  const arrived: number[] = []
  const notes = notebook(ports, place.share.id)
  const gone = goneFiles(options.exclude)
  const entries = entriesOf(shares, place.share.id)
  let entry = (await entries.next()).value
  let sliceEndsMs = ports.clock.monotonic() + SLICE_MS
  for (const found of walk(place.root, options.exclude, tree.visit)) {
    if (ports.clock.monotonic() > sliceEndsMs) {
      await breathe()
      options.signal.throwIfAborted()
      sliceEndsMs = ports.clock.monotonic() + SLICE_MS
    }
    while (entry && entry.rawPath < found.path) {
      gone.note(entry)
      entry = (await entries.next()).value
    }
    const known = entry?.rawPath === found.path ? entry : undefined
    if (known) entry = (await entries.next()).value
    result.seen++
    if (known && known.state !== 'missing') result.known++
    gone.pass(found)
    await weigh(found, known)
  }
  for (; entry; entry = (await entries.next()).value) gone.note(entry)
  await notes.flush()
  const known = result.known + gone.paths.length
  return { ...result, ...tree.found(), known, gone: gone.paths, carried: gone.among(arrived) }

  /** The walk stands still while there is no room, so that one walk is enough for any flood. */
  async function offer({ path, stamp }: Found, known: ShareEntry | undefined): Promise<void> {
    while (!result.isCut && !options.offer(path, stamp, known)) {
      result.isCut = !(await options.roomAgain?.())
    }
  }

  async function weigh(found: Found, known: ShareEntry | undefined): Promise<void> {
    const now = ports.clock.now()
    const verdict = judge(found, known, now)
    // What an inbox has stored and not moved yet is taken once more, which moves it.
    const isToMove = place.share.mode === 'inbox' && known?.state === 'stored'
    if (verdict === 'take' || (verdict === 'known' && isToMove)) {
      result.changed++
      if (!known) arrived.push(Number(found.stamp.inode))
      await offer(found, known)
    } else if (verdict === 'back') {
      result.back++
      await notes.back(found.path)
    } else if (verdict === 'record' && found.failure) {
      result.recorded++
      const at = { shareId: place.share.id, path: found.path, stamp: found.stamp, now }
      await notes.failed(failedEntry(at, found.failure, known))
    }
  }
}

/** Collects files that are known and were not seen, but for those that could not have been seen. */
function goneFiles(exclude: Exclusion) {
  const paths: RawPath[] = []
  const inodes: number[] = []
  let unlisted: RawPath | undefined
  return {
    paths,
    /** Remembers a folder that could not be listed; what is known below it follows right behind. */
    pass(found: Found) {
      if (found.failure && found.path.endsWith('/')) unlisted = found.path
    },
    note(entry: KnownEntry) {
      if (entry.state === 'missing') return
      if (unlisted !== undefined && entry.rawPath.startsWith(unlisted)) return
      if (exclude.path(displayText(entry.rawPath))) return
      paths.push(entry.rawPath)
      inodes.push(Number(entry.inode))
    },
    /** How many of them have an inode that is among these. */
    among(arrived: readonly number[]): number {
      if (inodes.length === 0 || arrived.length === 0) return 0
      const there = new Set(arrived)
      return inodes.reduce((sum, inode) => sum + (there.has(inode) ? 1 : 0), 0)
    },
  }
}

/** More mounts below a share than this are not told apart. */
const MOST_MOUNTS = 100

/** Counts folders, and notes those on another file system than the root's. */
function folderCount() {
  let folders = 0
  let device = ''
  const mounts: RawPath[] = []
  const visit: Visit = (folder, on) => {
    if (folders++ === 0) device = on
    const last = mounts.at(-1)
    const isBelow = last !== undefined && folder.startsWith(last)
    if (on !== device && !isBelow && mounts.length < MOST_MOUNTS) mounts.push(folder)
  }
  return { visit, found: () => ({ folders, mounts }) }
}

/** Writes what a scan learns in batches. */
function notebook({ catalog, clock }: Pick<Ports, 'catalog' | 'clock'>, shareId: string) {
  let failed: ShareEntry[] = []
  let back: RawPath[] = []
  const flush = async () => {
    if (failed.length > 0) await catalog.shares.putEntries(failed)
    if (back.length > 0) await catalog.shares.markPresent(shareId, back.map(bytesOf), clock.now())
    failed = []
    back = []
  }
  const full = async () => {
    if (failed.length + back.length >= BATCH) await flush()
  }
  return {
    flush,
    failed(entry: ShareEntry) {
      failed.push(entry)
      return full()
    },
    back(path: RawPath) {
      back.push(path)
      return full()
    },
  }
}

type KnownEntry = ShareEntry & { rawPath: RawPath }

async function* entriesOf(
  shares: Pick<Shares, 'entries'>,
  shareId: string,
): AsyncGenerator<KnownEntry, undefined> {
  for (let afterPath: Uint8Array | undefined; ; ) {
    const page = await shares.entries(shareId, { limit: PAGE, ...(afterPath && { afterPath }) })
    for (const entry of page) yield { ...entry, rawPath: rawPathOf(entry.path) }
    if (page.length < PAGE) return
    afterPath = page.at(-1)?.path
  }
}
