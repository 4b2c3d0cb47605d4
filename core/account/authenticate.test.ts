import { expect, it } from 'vitest'
import { sqlPeople } from '../../adapters/sql/people.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { seededCatalog } from '../../tests/seeded-catalog.ts'
import { AppError } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Catalog } from '../ports/index.ts'
import { authenticate } from './authenticate.ts'
import { newToken, secretHash } from './secret.ts'

it('lets people in while the disk is full, though it cannot note when', async () => {
  const { db, userId } = await seededCatalog()
  const people = sqlPeople(db)
  const clock = manualClock()
  const secret = newToken()
  await people.createToken({
    id: newId(),
    userId,
    name: 'script',
    scopes: ['read'],
    createdAt: clock.now(),
    tokenHash: secretHash(secret),
  })
  const ports = { clock, catalog: { people } as Catalog }
  const ask = () => authenticate(ports, { kind: 'token', secret }, { traceId: 't', address: '::1' })
  expect((await ask()).actor.userId).toBe(userId)
  clock.advance(60_000)
  ports.catalog.people = {
    ...people,
    async touchToken() {
      throw new AppError('storage_full', 'The disk is full.')
    },
  }
  expect((await ask()).actor.userId).toBe(userId)
})
