import { type BigIntStats, lstatSync } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { setImmediate as breathe } from 'node:timers/promises'
import { hasSystemCode } from '../core/errors.ts'
import type { Ports, Share, ShareStatus } from '../core/ports/index.ts'
import { type FileSystem, fileSystemOf } from '../core/share/file-system.ts'
import { absolute, bytesOf, type RawPath } from '../core/share/raw-path.ts'
import {
  hasSentinel,
  type Outage,
  type OutageLimits,
  outageOf,
  replaced,
  withoutSentinel,
} from './outage.ts'
import { type ScanOptions, type ScanResult, scan } from './scan.ts'

const BATCH = 500

/** What is remembered of the last whole scan, and whether the share was frozen since. */
export type ShareMemory = Pick<
  ShareStatus,
  'root' | 'mounts' | 'hasSentinel' | 'frozenReason' | 'isAway'
>

/** A share to be scanned. */
export interface Looking {
  share: Share
  last: ShareMemory
  /** A person has looked at what is there, and says that it is the share and all of it. */
  isReleased?: boolean
  limits?: OutageLimits
}

/** A whole scan of a share, and what it says about the share as a whole. */
export interface ShareScan extends Omit<ScanResult, 'gone' | 'known' | 'carried'> {
  root: { path: string; id: string }
  fileSystem: FileSystem
  hasSentinel: boolean
  /** Files that were marked as missing. */
  missing: number
  /** Why nothing was marked as missing. */
  outage?: Outage
}

/**
 * Scans a share and marks what is missing, unless it looks like an outage, or did so before and not
 * all is back. Files of an inbox are forgotten instead: they leave it all the time.
 *
 * @throws the system's error when the folder is away or cannot be listed; nothing was marked then
 */
export async function scanShare(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  looking: Looking,
  options: ScanOptions,
): Promise<ShareScan> {
  const { share, last, isReleased } = looking
  const root = await rootOf(share)
  const fileSystem = await fileSystemOf(root.path)
  const isUnmarked = last.hasSentinel && !root.hasSentinel && !isReleased
  if (isUnmarked) {
    return { ...NOTHING, root, fileSystem, hasSentinel: true, outage: withoutSentinel() }
  }
  const found = await scan(ports, { share, root: root.path }, options)
  const { gone: unseen, known, carried, ...result } = found
  const gone = await reallyGone(root.path, unseen, options.signal)
  const after = await rootOf(share)
  const isSame = after.id === root.id && after.hasSentinel === root.hasSentinel
  const lost = Math.max(0, gone.length - carried)
  const outage = isSame ? judge(looking, { ...found, gone, lost, root: root.id }) : replaced()
  const scanned = { ...result, root, fileSystem, hasSentinel: root.hasSentinel }
  if (outage !== undefined) return { ...scanned, missing: 0, outage }
  return { ...scanned, missing: await markGone(ports, share, gone) }
}

/** What a scan saw that was not begun. */
const NOTHING = {
  seen: 0,
  changed: 0,
  back: 0,
  recorded: 0,
  missing: 0,
  folders: 0,
  mounts: [],
  isCut: false,
}

function judge(
  { share, last, isReleased, limits }: Looking,
  found: ScanResult & { lost: number; root: string },
): Outage | undefined {
  if (isReleased || share.mode === 'inbox') return undefined
  const outage = outageOf({
    known: found.known,
    gone: found.lost,
    seen: found.seen,
    root: found.root,
    lastRoot: last.root,
    lostMounts: lostMounts(last.mounts, found),
    ...(limits && { limits }),
  })
  if (outage || last.frozenReason === undefined || last.isAway || found.lost === 0) return outage
  return { message: last.frozenReason, isStrange: false }
}

const lostMounts = (before: readonly string[] = [], { mounts, gone }: ScanResult): string[] =>
  before.filter(
    (folder) => !mounts.includes(folder as RawPath) && gone.some((path) => path.startsWith(folder)),
  )

async function rootOf({ path: name }: Share) {
  const path = await realpath(name)
  const { dev, ino } = await stat(path, { bigint: true })
  return { path, id: `${dev}:${ino}`, hasSentinel: hasSentinel(path) }
}

/**
 * Those files that are not there when each is asked for by its name: one may have come since its
 * folder was listed, and a file server may have listed half a folder.
 */
async function reallyGone(
  root: string,
  paths: readonly RawPath[],
  signal: AbortSignal,
): Promise<RawPath[]> {
  const gone: RawPath[] = []
  for (let at = 0; at < paths.length; at += BATCH) {
    signal.throwIfAborted()
    gone.push(...paths.slice(at, at + BATCH).filter((path) => isGone(root, path)))
    await breathe()
  }
  return gone
}

/** A folder in the place of a file is no file; what cannot be told is not gone. */
function isGone(root: string, path: RawPath): boolean {
  let stat: BigIntStats
  try {
    stat = lstatSync(absolute(root, path), { bigint: true })
  } catch (cause) {
    return hasSystemCode(cause, 'ENOENT') || hasSystemCode(cause, 'ENOTDIR')
  }
  // The record of a folder that could not be listed goes when it can be.
  return stat.isDirectory()
}

async function markGone(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  share: Share,
  gone: readonly RawPath[],
): Promise<number> {
  for (let at = 0; at < gone.length; at += BATCH) {
    const paths = gone.slice(at, at + BATCH).map(bytesOf)
    if (share.mode === 'inbox') await catalog.shares.forget(share.id, paths)
    else await catalog.shares.markMissing(share.id, paths, clock.now())
  }
  return share.mode === 'inbox' ? 0 : gone.length
}
