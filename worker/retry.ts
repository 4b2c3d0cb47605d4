import { backoffMs } from '../core/backoff.ts'
import { AppError, codeOf, type ErrorCode } from '../core/errors.ts'
import type { Job } from '../core/model/job.ts'

/** What becomes of a job that threw. */
export type Verdict =
  | { outcome: 'drop' }
  | { outcome: 'skip'; reason: string; message: string }
  | Retry
  | { outcome: 'dead'; code: ErrorCode; reason?: string; message: string }

interface Retry {
  outcome: 'retry'
  afterMs: number
  /** False when it waits for the box, not for the file: the attempt is given back. */
  isCounted: boolean
  code: ErrorCode
  reason?: string
  message: string
}

type Policy = 'drop' | 'skip' | 'dead' | 'once' | 'wait' | 'backoff'

/** Whether a failure of each kind may pass by itself. Complete by type. */
const POLICY: Record<ErrorCode, Policy> = {
  bad_request: 'dead',
  unauthenticated: 'dead',
  forbidden: 'dead',
  conflict: 'dead',
  too_large: 'dead',
  not_found: 'drop',
  unsupported_type: 'skip',
  digest_mismatch: 'once',
  rate_limited: 'wait',
  storage_full: 'wait',
  unavailable: 'backoff',
  internal: 'backoff',
}

const DELAYS = { firstMs: 1_000, longestMs: 10 * 60_000 }
/** How long is waited for room on the disk before another look. */
const WAIT_MS = 30_000
/** Whoever asks to be left alone for longer is asked again all the same. */
const LONGEST_WAIT_MS = 60 * 60_000
/** A file that killed its parser this often stands alone from then on, with this step alone. */
const MAX_PARSER_DEATHS = 3

/**
 * Decides by the error's code: permanent ones are not tried again, passing ones after growing delays,
 * until `maxAttempts`, counted before the work.
 */
export function judge(error: unknown, job: Job, maxAttempts: number): Verdict {
  const code = codeOf(error)
  const reason = error instanceof AppError ? error.reason : undefined
  const told = { code, ...(reason && { reason }), message: messageOf(error) }
  const policy = POLICY[code]
  if (policy === 'drop') return { outcome: 'drop' }
  if (policy === 'skip') return { outcome: 'skip', reason: reason ?? code, message: told.message }
  const limit = limitOf(policy, reason, maxAttempts)
  if (job.attempts >= limit) return { outcome: 'dead', ...told, ...(isCrash(reason) && QUARANTINE) }
  const isCounted = policy !== 'wait'
  return { outcome: 'retry', afterMs: delayMs(error, isCounted, job.attempts), isCounted, ...told }
}

function delayMs(error: unknown, isCounted: boolean, attempts: number): number {
  const asked = error instanceof AppError ? error.retryAfterMs : undefined
  if (asked !== undefined) return Math.min(asked, LONGEST_WAIT_MS)
  // At least half of it: what waits for the disk has no count that would slow it down.
  return isCounted ? backoffMs(attempts, DELAYS) : Math.round(WAIT_MS * (0.5 + Math.random() / 2))
}

function limitOf(policy: Policy, reason: string | undefined, maxAttempts: number): number {
  if (policy === 'dead') return 0
  if (policy === 'once') return 2
  if (policy === 'wait') return Number.POSITIVE_INFINITY
  return reason?.startsWith('PARSER_') ? Math.min(MAX_PARSER_DEATHS, maxAttempts) : maxAttempts
}

const isCrash = (reason: string | undefined): boolean => reason === 'PARSER_DIED'

/** The closed word for it: the file is kept, can be opened, and may be tried again. */
const QUARANTINE = {
  reason: 'PARSER_QUARANTINED',
  message:
    'The reader stopped at this file again and again, and leaves it alone now. The file is kept and can be downloaded.',
}

const messageOf = (error: unknown): string =>
  error instanceof AppError ? error.message : 'Something went wrong on our side.'
