import { lstatSync } from 'node:fs'
import { join } from 'node:path'

/** A share with fewer files than this may lose any part of them: that is daily work. */
const FEW_FILES = 20

/** How many files may go from one scan to the next; more of them are an outage. Both must be passed. */
export interface OutageLimits {
  files: number
  percent: number
}

export const OUTAGE_LIMITS: OutageLimits = { files: 50, percent: 10 }

/** A file that an administrator may put into a share, to say: this is it, and nothing else is. */
export const SENTINEL = '.onefold-share'

/** Whether the folder is marked so. What cannot be told is told by whoever looks at the folder next. */
export function hasSentinel(root: string): boolean {
  try {
    return lstatSync(join(root, SENTINEL), { throwIfNoEntry: false })?.isFile() ?? false
  } catch {
    return false
  }
}

/** What a scan saw, as far as it tells whether files went or the share did. */
export interface Sight {
  /** Files that were there before. */
  known: number
  /** Those of them that are not there any more, nor anywhere else in the share. */
  gone: number
  /** Everything that is there now. */
  seen: number
  /** `device:inode` of the folder now, and when it was last scanned whole. */
  root: string
  lastRoot: string | undefined
  /** Folders below which files are gone, and on which something was mounted before. */
  lostMounts: readonly string[]
  limits?: OutageLimits
}

/** Why what is gone from a share does not count as removed. */
export interface Outage {
  /** What to tell the administrator. */
  message: string
  /** It may not be the share at all that is there: nothing is taken from it. */
  isStrange: boolean
}

const strange = (message: string): Outage => ({ message: `${message} ${ASK}`, isStrange: true })
const partial = (message: string): Outage => ({ message: `${message} ${ASK}`, isStrange: false })

const ASK =
  'Nothing was marked as missing. Mount it again or check the file server; if all is as it should be, release the share.'

/**
 * Tells an outage from clearing up: a file server that comes back empty, or half, must not make a
 * library of missing files. Undefined when all is well.
 */
export function outageOf(sight: Sight): Outage | undefined {
  const { known, gone, seen, root, lastRoot, lostMounts, limits = OUTAGE_LIMITS } = sight
  if (gone === 0) return undefined
  if (seen === 0 && root !== lastRoot) {
    return strange(
      'The folder is empty and not the one that was here before, as when a disk is not mounted.',
    )
  }
  if (lastRoot !== undefined && root !== lastRoot) {
    return strange(
      `The folder is not the one that was here before, and ${gone} of ${known} files are not in it.`,
    )
  }
  if (lostMounts.length > 0) {
    return partial(
      `Nothing is mounted any more on ${lostMounts.slice(0, 3).join(', ')}, where files were.`,
    )
  }
  const isMass = gone >= limits.files && gone * 100 > known * limits.percent
  const isMost = known >= FEW_FILES && gone * 2 > known
  return isMass || isMost ? partial(`${gone} of ${known} files disappeared at once.`) : undefined
}

/** The file that says which folder the share is was there, and is not. */
export const withoutSentinel = (): Outage =>
  strange(`The file ${SENTINEL} that marks this share is not there.`)

/** It was something else when the scan ended than when it began. */
export const replaced = (): Outage => ({
  message: 'The folder was replaced while it was scanned. It is scanned again.',
  isStrange: true,
})
