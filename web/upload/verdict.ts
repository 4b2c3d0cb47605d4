import { UploadError } from './answers.ts'
import type { UploadItem, UploadProblem } from './item.ts'

/** In which of the three calls a try failed. */
export type Call = 'request' | 'put' | 'complete'

/** What to do about a failed try. */
export type Verdict =
  /** Try again after a while, and leave the server in peace until then. */
  | { kind: 'retry'; afterMs: number; counted: boolean; problem: UploadProblem }
  /** The bytes did not match: fingerprint anew and send again, once. */
  | { kind: 'rehash' }
  /** The URL is dead: ask for a new one at once. */
  | { kind: 'fresh_url' }
  | { kind: 'ask' }
  | { kind: 'signed_out' }
  | { kind: 'fail'; problem: UploadProblem }

export interface Patience {
  /** First delay in milliseconds; doubled with each try. */
  baseMs: number
  capMs: number
  maxTries: number
  /** 0 to 1, for the jitter. */
  random(): number
}

export const PATIENCE: Patience = { baseMs: 1000, capMs: 60_000, maxTries: 8, random: Math.random }

/** Judges an error of one try. `during` says in which call it happened. */
export function judge(
  error: unknown,
  item: Pick<UploadItem, 'trouble' | 'onConflict'>,
  { during, patience }: { during: Call; patience: Patience },
): Verdict {
  const problem = problemOf(error)
  const { tries, freshUrls, rehashes } = item.trouble
  if (!(error instanceof UploadError)) return { kind: 'fail', problem }
  if (error.code === 'unauthenticated') return { kind: 'signed_out' }
  if (error.reason === 'NAME_TAKEN' && item.onConflict === 'ask') return { kind: 'ask' }
  if (error.code === 'digest_mismatch' && rehashes < 1) return { kind: 'rehash' }
  if (isDeadUrl(error, during) && freshUrls < 2) return { kind: 'fresh_url' }
  const slowDown = error.code === 'rate_limited'
  if (!slowDown && !mayPass(error)) return { kind: 'fail', problem }
  if (!slowDown && tries >= patience.maxTries) return { kind: 'fail', problem }
  const afterMs = delay(patience, tries) + (error.retryAfterMs ?? 0)
  return { kind: 'retry', afterMs, counted: !slowDown, problem }
}

const mayPass = (error: UploadError) => error.code === 'network' || error.code === 'unavailable'

/** A signed URL that ran out, or an upload the server swept meanwhile. */
const isDeadUrl = (error: UploadError, during: Call) =>
  during === 'put'
    ? error.status === 403 || error.status === 404 || error.status === 410
    : during === 'complete' && (error.status === 404 || error.reason === 'NOT_RECEIVED')

/** Exponential with full jitter, so that a hundred browsers do not come back in step. */
const delay = (patience: Patience, tries: number) =>
  patience.random() * Math.min(patience.capMs, patience.baseMs * 2 ** tries)

export function problemOf(error: unknown): UploadProblem {
  if (!(error instanceof UploadError)) return { code: 'internal', message: String(error) }
  return {
    code: error.code,
    message: error.message,
    ...(error.reason !== undefined && { reason: error.reason }),
  }
}
