import { createMiddleware } from 'hono/factory'
import { type Rated, takeRate } from '../../core/limit/rates.ts'
import { askerOf } from '../../core/model/actor.ts'
import { type Ctx, type Env, operationOf, whoOf } from '../context.ts'
import type { Door } from '../door.ts'

type Counting = Pick<Door, 'ports' | 'options'>

const RATED: Partial<Record<string, Rated>> = {
  'POST /upload/request': 'upload',
  'POST /knowledge-base/upload': 'upload',
  'POST /api/v1/traces/spans': 'upload',
  'POST /api/v1/assets/check-by-hash': 'check',
  'GET /api/v1/search': 'search',
  'GET /api/v1/documents/:id/compare': 'search',
}

/** Refuses what is asked too often, by credential, person and address. */
export const rates = (door: Counting) =>
  createMiddleware<Env>(async (c, next) => {
    const what = RATED[operationOf(c)]
    if (what) await countAsking(c, door, what)
    await next()
  })

/**
 * Counts what one call asks for, for calls that ask for several.
 *
 * @throws AppError `rate_limited` (reason `RATE`)
 */
export function countAsking(c: Ctx, door: Counting, what: Rated, points = 1): Promise<void> {
  const who = whoOf(c)
  const by = { credentialId: who.id, userId: askerOf(who.actor), address: c.get('address') }
  return takeRate(door.ports, door.options.rates, { what, by, points })
}
