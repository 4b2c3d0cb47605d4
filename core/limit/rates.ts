import { AppError } from '../errors.ts'
import type { Ports } from '../ports/index.ts'

/** What may not be asked too often: uploads by file, the others by call. */
export type Rated = 'upload' | 'check' | 'search'

/** How often a minute one credential may ask; 0 for as often as it likes. */
export interface Rates {
  uploadsPerMinute: number
  checksPerMinute: number
  searchesPerMinute: number
}

export const DEFAULT_RATES: Rates = {
  uploadsPerMinute: 12_000,
  checksPerMinute: 600,
  searchesPerMinute: 300,
}

const RATE = {
  upload: 'uploadsPerMinute',
  check: 'checksPerMinute',
  search: 'searchesPerMinute',
} as const satisfies Record<Rated, keyof Rates>

/** Who asks: the row of the session or token, its owner, and where the request came from. */
export interface Asker {
  credentialId: string
  userId: string
  address: string
}

/** A person with several devices and scripts, and an office behind one address. */
const TIMES = { credential: 1, user: 2, address: 10 }

const MINUTE_MS = 60_000

/**
 * Counts `points` askings, or refuses them all: a credential may ask as often as the rates say, its
 * owner twice as often with all of theirs, an address ten times. The narrowest is asked first, so that
 * a script that runs wild uses up nobody else's share.
 *
 * @throws AppError `rate_limited` (reason `RATE`)
 */
export async function takeRate(
  { kv, keys }: Pick<Ports, 'kv' | 'keys'>,
  rates: Rates,
  asking: { what: Rated; by: Asker; points?: number },
): Promise<void> {
  const rate = rates[RATE[asking.what]]
  if (rate === 0) return
  const { credentialId, userId, address } = asking.by
  for (const [kind, id] of Object.entries({ credential: credentialId, user: userId, address })) {
    const key = `rate:${keys.counter(`${asking.what}|${kind}|${id}`)}`
    const bucket = { points: rate * TIMES[kind as keyof typeof TIMES], fillMs: MINUTE_MS }
    const waitMs = await kv.take(key, asking.points ?? 1, bucket)
    if (waitMs > 0) throw tooOften(waitMs)
  }
}

const tooOften = (retryAfterMs: number) =>
  new AppError('rate_limited', 'That was too often. Please wait a moment and try again.', {
    reason: 'RATE',
    retryAfterMs,
  })
