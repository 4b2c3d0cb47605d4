import { join } from 'node:path'
import { expect, it } from 'vitest'
import { sqlCatalog } from '../../adapters/sql/catalog.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { newVersion, seededCatalog } from '../../tests/seeded-catalog.ts'
import { testKeys } from '../../tests/test-keys.ts'
import type { Access } from '../access/access.ts'
import type { Digest } from '../digest.ts'
import type { Actor } from '../model/actor.ts'
import type { Span } from '../ports/index.ts'
import { browserSpans } from './browser-spans.ts'
import { getTrace } from './get-trace.ts'

const span = (change: Partial<Span>): Span => ({
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
const root = { userId: 'root', orgRole: 'admin' as const }

async function box() {
  const seed = await seededCatalog()
  const catalog = sqlCatalog(join(seed.root, 'catalog.sqlite'), testKeys)
  const ports = { catalog, clock: manualClock(10_000) }
  const see = (who: Partial<Actor>, visible: Access['visible'] = []) =>
    getTrace(ports, { actor: actor(who), visible } as Access, 't')
  return { ...seed, journal: catalog.journal, ports, see }
}

const failure = { traceId: 't', operation: 'GET /x', code: 'internal', message: 'No.', at: 1 }

it('shows a trace to whom it belongs and to administrators, and hides it from all others', async () => {
  const on = await box()
  await on.journal.traces([span({ userId: 'ana' }), span({ operation: 'job.probe' })])
  expect((await on.see({})).spans).toHaveLength(2)
  expect((await on.see(root)).spans).toHaveLength(2)
  await expect(on.see({ userId: 'bob' })).rejects.toMatchObject({ code: 'not_found' })
})

it('shows an administrator nothing of others through a credential of certain books', async () => {
  const on = await box()
  await on.journal.traces([span({ userId: 'ana' })])
  const limited = on.see({ ...root, bookIds: ['b'] })
  await expect(limited).rejects.toMatchObject({ code: 'not_found' })
})

it('shows of a trace that two people share the own spans only, no errors and no files', async () => {
  const on = await box()
  await on.journal.traces([span({ userId: 'ana' }), span({ userId: 'bob', operation: 'GET /x' })])
  await on.journal.error(failure)
  const shown = await on.see({}, 'all' as never)
  expect(shown).toMatchObject({ spans: [span({ userId: 'ana' })], errors: [], files: [] })
})

it('shows stacks to administrators alone', async () => {
  const on = await box()
  await on.journal.traces([span({ userId: 'ana' })])
  await on.journal.error({ ...failure, stack: 'at work (file.ts:1)' })
  expect((await on.see(root)).errors).toEqual([{ ...failure, stack: 'at work (file.ts:1)' }])
  expect((await on.see({})).errors).toEqual([failure])
})

it('tells the files that came with it, where the reader may see them', async () => {
  const on = await box()
  await on.journal.traces([span({ userId: 'ana' })])
  const content = { digest: 'a'.repeat(64) as Digest, sizeBytes: 3 }
  const version = newVersion(on, content, { traceId: 't', name: 'plan.txt', now: 500 })
  const begun = await on.catalog.ingest.begin(version)
  if ('publishPath' in begun) await on.catalog.ingest.finish(version, begun.publishPath)
  const [file] = (await on.see({}, [on.first.chapterId] as never)).files
  expect(file).toMatchObject({ name: 'plan.txt', createdAt: 500 })
  expect((await on.see({}, [on.second.chapterId] as never)).files).toEqual([])
})

it('takes what a browser did into a trace of its owner, and into no other', async () => {
  const on = await box()
  await on.journal.traces([span({ userId: 'ana' })])
  const sent = { traceId: 't', spans: [{ work: 'hash' as const, agoMs: 900, durationMs: 5_000 }] }
  expect(await browserSpans(on.ports, actor({}), sent)).toEqual([
    span({
      userId: 'ana',
      operation: 'browser.hash',
      status: 'ok',
      startedAt: 9_100,
      durationMs: 900,
    }),
  ])
  const hidden = { code: 'not_found' }
  await expect(browserSpans(on.ports, actor({ userId: 'bob' }), sent)).rejects.toMatchObject(hidden)
  await expect(browserSpans(on.ports, actor(root), sent)).rejects.toMatchObject(hidden)
  const absent = { ...sent, traceId: 'u' }
  await expect(browserSpans(on.ports, actor({}), absent)).rejects.toMatchObject(hidden)
})
