import { AppError } from '../errors.ts'
import type { Clock } from '../ports/index.ts'

/** How failed sign-ins slow further ones down. Times in milliseconds. */
export interface ThrottleLimits {
  /** Failures of one user name from one address before waiting begins. */
  freeTries: number
  /** First wait; doubles with each further failure. */
  firstWaitMs: number
  longestWaitMs: number
  /** Failures are forgotten after this long without another. */
  forgetMs: number
  /** Failures from one address, whatever the name, within the window. */
  perAddress: number
  windowMs: number
}

export const DEFAULT_THROTTLE: ThrottleLimits = {
  freeTries: 5,
  firstWaitMs: 1_000,
  longestWaitMs: 15 * 60_000,
  forgetMs: 24 * 60 * 60_000,
  perAddress: 100,
  windowMs: 15 * 60_000,
}

/**
 * Slows guessing down. Counted by (user, address), so that nobody can lock a colleague out, and by
 * address, so that trying one password on many names is slow as well. Unknown names count alike.
 * Lives in memory: a restart forgives.
 */
export interface Throttle {
  /**
   * Counts a try as failed before it is made, so that many at once do not slip through.
   *
   * @throws AppError `rate_limited` while the pair or the address has to wait
   */
  attempt(username: string, address: string): void
  /** Takes the count of a try that was right back. */
  forgive(username: string, address: string): void
}

interface Count {
  tries: number
  /** When waiting ends (pairs), or the window (addresses). */
  until: number
}

/** Most names and addresses that are remembered; the oldest are forgotten first. */
const MOST_COUNTS = 20_000

export function memoryThrottle(
  clock: Pick<Clock, 'monotonic'>,
  limits: ThrottleLimits = DEFAULT_THROTTLE,
): Throttle {
  const pairs = new Map<string, Count>()
  const addresses = new Map<string, Count>()
  const pairOf = (username: string, address: string) => JSON.stringify([folded(username), address])
  return {
    attempt(username, address) {
      const now = clock.monotonic()
      const key = pairOf(username, address)
      const before = pairs.get(key)
      const pair = before && before.until + limits.forgetMs > now ? before : undefined
      if (pair && pair.until > now) throw tooMany(pair.until - now)
      const known = addresses.get(address)
      const all = known && known.until > now ? known : { tries: 0, until: now + limits.windowMs }
      if (all.tries >= limits.perAddress) throw tooMany(all.until - now)
      const tries = (pair?.tries ?? 0) + 1
      const over = tries - limits.freeTries
      const wait = over < 0 ? 0 : Math.min(limits.firstWaitMs * 2 ** over, limits.longestWaitMs)
      remember(pairs, key, { tries, until: now + wait })
      remember(addresses, address, { ...all, tries: all.tries + 1 })
    },

    forgive(username, address) {
      pairs.delete(pairOf(username, address))
      const all = addresses.get(address)
      if (all) all.tries--
    },
  }
}

/**
 * One key for all ways to write a name that a directory takes for the same: it ignores case, outer
 * and doubled spaces, accents and letters without width, and takes a domain before or after the name.
 * Two people who fall together slow each other down from one address, which is the lesser evil.
 */
const folded = (username: string): string =>
  username
    .replace(/^.*\\/s, '')
    .replace(/(?<=.)@.*$/s, '')
    .normalize('NFKD')
    .replace(/[\p{M}\p{C}\p{Z}]/gu, '')
    .toUpperCase()
    .toLowerCase()

function remember(counts: Map<string, Count>, key: string, count: Count): void {
  counts.delete(key)
  counts.set(key, count)
  if (counts.size > MOST_COUNTS) counts.delete(counts.keys().next().value ?? '')
}

const tooMany = (retryAfterMs: number) =>
  new AppError('rate_limited', 'Too many failed attempts. Please wait a little and try again.', {
    reason: 'SIGN_IN',
    retryAfterMs: Math.ceil(retryAfterMs),
  })
