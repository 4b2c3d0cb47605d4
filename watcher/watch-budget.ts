import { readFileSync } from 'node:fs'
import { hasSystemCode } from '../core/errors.ts'

/** Part of the kernel's watches that is ours; the rest is for the other programs of this account. */
const OUR_PART = 0.5
/** Files and folders that are listened to: each is remembered in 6 KB (measured with 10,000 files). */
const MOST_ENTRIES = 10_000
/** Of the machine, and of the user namespace that a container runs in. */
const LIMITS = ['/proc/sys/fs/inotify/max_user_watches', '/proc/sys/user/max_inotify_watches']

/** What listening to a share takes: a watch of the kernel for each folder, and memory for all in it. */
export interface Listening {
  folders: number
  /** Files and folders. */
  entries: number
}

/** Watches of the kernel and memory, shared out among the shares: counted before they are asked for. */
export interface WatchBudget {
  /**
   * Takes what a share needs, instead of what it had.
   *
   * @returns why there is too little, and nothing is held then
   */
  claim(shareId: string, needed: Listening): string | undefined
  giveBack(shareId: string): void
}

/** @param limit the kernel's own, read anew at each claim as it can be raised meanwhile */
export function watchBudget(limit: () => number = kernelLimit): WatchBudget {
  const held = new Map<string, Listening>()
  const heldOf = (what: keyof Listening) =>
    [...held.values()].reduce((sum, each) => sum + each[what], 0)
  return {
    claim(shareId, needed) {
      held.delete(shareId)
      const watches = Math.floor(limit() * OUR_PART)
      if (heldOf('folders') + needed.folders > watches) {
        return `${needed.folders} watches would be needed, one for each folder, and ${watches} are for all shares: the share is scanned. Raise fs.inotify.max_user_watches if there are few.`
      }
      if (heldOf('entries') + needed.entries > MOST_ENTRIES) {
        return `${needed.entries} files and folders would be listened to, and ${MOST_ENTRIES} of all shares are, as each takes memory: the share is scanned.`
      }
      held.set(shareId, needed)
      return undefined
    },
    giveBack(shareId) {
      held.delete(shareId)
    },
  }
}

function kernelLimit(): number {
  return Math.min(...LIMITS.map(readLimit))
}

function readLimit(file: string): number {
  try {
    const limit = Number(readFileSync(file, 'utf8'))
    return Number.isFinite(limit) ? limit : 0
  } catch (cause) {
    // A kernel without user namespaces has the first one only; one that hides both gets no watches.
    if (hasSystemCode(cause, 'ENOENT')) return file === LIMITS[0] ? 0 : Number.POSITIVE_INFINITY
    throw cause
  }
}
