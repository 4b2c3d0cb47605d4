import { type BigIntStats, lstatSync } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { hasSystemCode } from '../core/errors.ts'
import type { Ports, Share } from '../core/ports/index.ts'
import { absolute, bytesOf, type RawPath } from '../core/share/raw-path.ts'
import { outageOf } from './outage.ts'
import { type ScanOptions, type ScanResult, scan } from './scan.ts'

const BATCH = 500

/** A whole scan of a share, and what it says about the share as a whole. */
export interface ShareScan extends Omit<ScanResult, 'gone' | 'known'> {
  root: { path: string; id: string }
  /** Files that were marked as missing. */
  missing: number
  /** Why nothing was marked as missing, in words for the administrator. */
  outage?: string
}

/**
 * Scans a share and marks what is missing, unless it looks like an outage.
 *
 * @param lastRoot `device:inode` of the folder when it was last scanned whole
 * @throws the system's error when the folder is away or cannot be listed; nothing was marked then
 */
export async function scanShare(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  { share, lastRoot }: { share: Share; lastRoot: string | undefined },
  options: ScanOptions,
): Promise<ShareScan> {
  const root = await rootOf(share)
  const { gone, known, ...result } = await scan(ports, { share, root: root.path }, options)
  const after = await rootOf(share)
  const outage =
    after.id === root.id
      ? outageOf({ known, gone: gone.length, seen: result.seen, root: root.id, lastRoot })
      : 'The folder was replaced while it was scanned. It is scanned again.'
  if (outage !== undefined) return { ...result, root, missing: 0, outage }
  const missing = await markGone(ports, { share, root: root.path }, gone)
  return { ...result, root, missing }
}

async function rootOf(share: Share): Promise<{ path: string; id: string }> {
  const path = await realpath(share.path)
  const { dev, ino } = await stat(path, { bigint: true })
  return { path, id: `${dev}:${ino}` }
}

/** A file may have come since its folder was listed, so each is looked at once more. */
async function markGone(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  { share, root }: { share: Share; root: string },
  gone: readonly RawPath[],
): Promise<number> {
  let missing = 0
  for (let at = 0; at < gone.length; at += BATCH) {
    const really = gone.slice(at, at + BATCH).filter((path) => isGone(root, path))
    await catalog.shares.markMissing(share.id, really.map(bytesOf), clock.now())
    missing += really.length
  }
  return missing
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
