import { AppError, codeOf } from '../errors.ts'
import type { Clock, Kv, Log } from '../ports/index.ts'

export interface Tolerance {
  /** Counts while the other does not answer. */
  spare: Kv
  log: Log
  clock: Pick<Clock, 'monotonic'>
  /** Longest that anybody waits for an answer, in milliseconds. */
  patienceMs?: number
  /** After a failure it is not asked again for this long, in milliseconds. */
  restMs?: number
}

/**
 * Keeps the failures of a store that may fail from everybody who only wants to go on: what cannot be
 * read is forgotten, what cannot be counted there is counted in this process. Writing still says
 * that it failed, for those who can do it later.
 */
export function tolerantKv(kv: Kv, tolerance: Tolerance): Kv {
  const { spare, log, clock, patienceMs = 250, restMs = 1_000 } = tolerance
  let isDown = false
  let restsUntil = 0

  async function ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      const answer = await within(patienceMs, work())
      if (isDown) log.info('KeyDB answers again.')
      isDown = false
      restsUntil = 0
      return answer
    } catch (cause) {
      if (codeOf(cause) !== 'unavailable') throw cause
      const why = unavailable(cause)
      if (!isDown) log.warn(why.message, { err: cause })
      isDown = true
      restsUntil = clock.monotonic() + restMs
      throw why
    }
  }

  async function askUnlessResting<T>(work: () => Promise<T>): Promise<T> {
    if (clock.monotonic() < restsUntil) throw unavailable(new Error('it did not a moment ago'))
    return ask(work)
  }

  return {
    get: (key) =>
      unless(
        askUnlessResting(() => kv.get(key)),
        async () => undefined,
      ),
    put: (key, value, ttlMs) => askUnlessResting(() => kv.put(key, value, ttlMs)),
    remove: (key) => askUnlessResting(() => kv.remove(key)),
    take: (key, points, bucket) =>
      unless(
        askUnlessResting(() => kv.take(key, points, bucket)),
        () => spare.take(key, points, bucket),
      ),
    check: () => ask(() => kv.check()),
    async close() {
      await kv.close()
      await spare.close()
    },
  }
}

async function unless<T>(asked: Promise<T>, otherwise: () => Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (cause) {
    if (codeOf(cause) !== 'unavailable') throw cause
    return otherwise()
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new AppError('unavailable', `nothing came in ${ms} ms`)),
    ms,
  )
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

const unavailable = (cause: unknown) =>
  new AppError(
    'unavailable',
    `KeyDB does not answer (${cause instanceof Error ? cause.message : cause}). Start it, or correct or remove ONEFOLD_KEYDB_URL. Until then the limits are counted in each process; nothing else is missing.`,
    { reason: 'KEYDB', cause },
  )
