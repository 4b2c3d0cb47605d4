import { readFileSync } from 'node:fs'
import { hasSystemCode } from '../core/errors.ts'

/** Part of the kernel's watches that is ours; the rest is for the other programs of this account. */
const OUR_PART = 0.5
/** However many watches there are: each costs 7 KB of memory here (measured with 20,000 files). */
const MOST_WATCHES = 10_000
/** Of the machine, and of the user namespace that a container runs in. */
const LIMITS = ['/proc/sys/fs/inotify/max_user_watches', '/proc/sys/user/max_inotify_watches']

/** Watches of the kernel, shared out among the shares: counted before they are asked for. */
export interface WatchBudget {
  /** Takes as many as a share needs, instead of what it had. False, and nothing held, when too few. */
  claim(shareId: string, watches: number): boolean
  giveBack(shareId: string): void
  /** What all shares may have together. */
  total(): number
}

/** @param limit the kernel's own, read anew at each claim as it can be raised meanwhile */
export function watchBudget(limit: () => number = kernelLimit): WatchBudget {
  const held = new Map<string, number>()
  const total = () => Math.min(Math.floor(limit() * OUR_PART), MOST_WATCHES)
  return {
    total,
    claim(shareId, watches) {
      held.delete(shareId)
      const others = [...held.values()].reduce((sum, each) => sum + each, 0)
      if (others + watches > total()) return false
      held.set(shareId, watches)
      return true
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
