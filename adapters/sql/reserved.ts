import { digestOfPath } from '../../core/blob-path.ts'
import type { Digest } from '../../core/digest.ts'

/** Most that are remembered; whoever is forgotten gets another path. */
const MOST = 20_000
/** After this a path is not used any more: the sweep gives intents up that are a day old. */
const GOOD_MS = 60 * 60_000

/** Paths that were intended when uploads got their addresses, in the same transaction. */
export interface ReservedPaths {
  keep(uploadId: string, path: string, now: number): void
  /** The path of an upload for this content, which nobody gets a second time. */
  take(uploadId: string, digest: Digest, now: number): string | undefined
}

/** Of this process: after a restart recovery has given all of them up. */
export function reservedPaths(): ReservedPaths {
  const kept = new Map<string, { path: string; until: number }>()
  return {
    keep(uploadId, path, now) {
      kept.set(uploadId, { path, until: now + GOOD_MS })
      if (kept.size > MOST) kept.delete(kept.keys().next().value ?? '')
    },
    take(uploadId, digest, now) {
      const found = kept.get(uploadId)
      if (!found || found.until <= now || digestOfPath(found.path) !== digest) return undefined
      kept.delete(uploadId)
      return found.path
    },
  }
}
