import type { Clock } from '../ports/index.ts'
import { newSecret, secretHash } from './secret.ts'

/** Most that wait at once; the oldest are forgotten first. */
const MOST = 10_000

interface Waiting<T> {
  about: T
  /** Of the monotonic clock. */
  endsAt: number
  tries: number
}

/**
 * What waits for the second half of a sign-in, known to the caller by a secret of 256 bits. Lives in
 * memory: nothing of it is in the catalog, and a restart forgets it.
 */
export interface Tickets<T> {
  /** The secret, which is good for `lifeMs` and as many tries as are allowed. */
  issue(about: T): string
  /** Counts a try. Undefined when there is no such ticket, or no more of it. */
  look(secret: string): T | undefined
  /** Uses the ticket up: true for one caller alone. */
  take(secret: string): boolean
}

export function memoryTickets<T>(
  clock: Pick<Clock, 'monotonic'>,
  { lifeMs, tries }: { lifeMs: number; tries: number },
): Tickets<T> {
  const waiting = new Map<string, Waiting<T>>()
  return {
    issue(about) {
      const secret = newSecret()
      waiting.set(secretHash(secret), { about, endsAt: clock.monotonic() + lifeMs, tries: 0 })
      if (waiting.size > MOST) waiting.delete(waiting.keys().next().value ?? '')
      return secret
    },

    look(secret) {
      const key = secretHash(secret)
      const found = waiting.get(key)
      if (found && clock.monotonic() < found.endsAt && found.tries++ < tries) return found.about
      waiting.delete(key)
      return undefined
    },

    take: (secret) => waiting.delete(secretHash(secret)),
  }
}
