import type { ShareEntry } from '../core/ports/index.ts'
import { isSame } from '../core/share/stamp.ts'
import type { Found } from './walk.ts'

const FIRST_RETRY_MS = 30_000
const LAST_RETRY_MS = 3_600_000

/**
 * What to do about something in a share: `known`: nothing. `take`: store it when it has settled.
 * `back`: it was missing and is there again, unchanged. `record`: say why it is not taken.
 */
export type Verdict = 'known' | 'take' | 'back' | 'record'

/** Compares what lies in a share with what was seen there before. */
export function judge(found: Found, entry: ShareEntry | undefined, now: number): Verdict {
  const isUnchanged = entry !== undefined && isSame(entry, found.stamp)
  if (found.failure) {
    return isUnchanged && entry.reason === found.failure.reason ? 'known' : 'record'
  }
  if (!isUnchanged) return 'take'
  if (entry.state === 'missing') return 'back'
  if (entry.state === 'stored') return 'known'
  return isDue(entry, now) ? 'take' : 'known'
}

/** Whether a file that was not taken is worth another try: its cause may have passed unseen. */
function isDue({ attempts, updatedAt }: ShareEntry, now: number): boolean {
  const waitMs = Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LAST_RETRY_MS)
  const passedMs = now - updatedAt
  return passedMs >= waitMs || passedMs < 0 // the clock was set back
}
