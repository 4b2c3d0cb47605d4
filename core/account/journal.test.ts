import { expect, it } from 'vitest'
import { sqlJournal } from '../../adapters/sql/journal.ts'
import { seededCatalog } from '../../tests/seeded-catalog.ts'
import type { Actor } from '../model/actor.ts'
import type { Catalog, TraceRow } from '../ports/index.ts'
import { getTrace } from './journal.ts'

const span = (change: Partial<TraceRow>): TraceRow => ({
  traceId: 't',
  operation: 'POST /upload/complete',
  status: '200',
  startedAt: 1,
  durationMs: 1,
  ...change,
})
const actor = (change: Partial<Actor>): Actor => ({
  userId: 'ana',
  username: 'ana',
  displayName: 'Ana',
  orgRole: 'member',
  scopes: ['read', 'write', 'admin'],
  traceId: 'own',
  ...change,
})

async function box() {
  const { db } = await seededCatalog()
  const journal = sqlJournal(db)
  const ports = { catalog: { journal } as Catalog }
  const see = (who: Partial<Actor>) => getTrace(ports, actor(who), 't')
  return { journal, see }
}

it('shows a trace to whom it belongs and to administrators, and hides it from all others', async () => {
  const on = await box()
  await on.journal.traces([span({ userId: 'ana' }), span({ operation: 'job.probe' })])
  expect((await on.see({})).spans).toHaveLength(2)
  expect((await on.see({ userId: 'root', orgRole: 'admin' })).spans).toHaveLength(2)
  await expect(on.see({ userId: 'bob' })).rejects.toMatchObject({ code: 'not_found' })
})

it('shows an administrator nothing of others through a credential of certain books', async () => {
  const on = await box()
  await on.journal.traces([span({ userId: 'ana' })])
  const limited = on.see({ userId: 'root', orgRole: 'admin', bookIds: ['b'] })
  await expect(limited).rejects.toMatchObject({ code: 'not_found' })
})

it('shows of a trace that two people share the own spans only, and no errors', async () => {
  const on = await box()
  await on.journal.traces([span({ userId: 'ana' }), span({ userId: 'bob', operation: 'GET /x' })])
  const error = { traceId: 't', operation: 'GET /x', code: 'internal', message: 'No.', at: 1 }
  await on.journal.error(error)
  expect(await on.see({})).toEqual({ spans: [span({ userId: 'ana' })], errors: [] })
})
