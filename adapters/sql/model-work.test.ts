import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { sqlCatalog } from './catalog.ts'

const BY = { traceId: 't', now: 1_000, address: '10.0.0.1' }
const VERIFY = { task: 'verify', subject: 'org/name', input: {} } as const

async function openWork() {
  const catalog = sqlCatalog(join(await temporaryFolder(), 'catalog.sqlite'), testKeys)
  onTestFinished(() => catalog.close())
  await catalog.migrate()
  return catalog
}

it('lets one process do one piece of work, and the next only when it is done or its holder gone', async () => {
  const { modelWork } = await openWork()
  const first = await modelWork.ask(VERIFY, BY)
  expect((await modelWork.ask(VERIFY, BY)).id).toBe(first.id)
  const second = await modelWork.ask({ ...VERIFY, subject: 'org/other' }, { ...BY, now: 1_001 })
  expect((await modelWork.take('a', 2_000, 1_500))?.id).toBe(first.id)
  expect(await modelWork.take('b', 2_600, 1_600)).toBeUndefined()
  expect(await modelWork.begin(VERIFY, { ...BY, now: 1_600 }, HOLDER)).toBeUndefined()
  // Its holder is gone: whoever asks next has it, and the one before hears so.
  expect((await modelWork.take('b', 3_000, 2_001))?.id).toBe(first.id)
  const at = { done: 1, total: 2, until: 4_000, now: 2_100 }
  expect(await modelWork.progress(first.id, 'a', at)).toBe(false)
  expect(await modelWork.progress(first.id, 'b', at)).toBe(true)
  await modelWork.end(first.id, 'b', { state: 'done', result: { wrong: {} } }, 2_200)
  expect((await modelWork.take('b', 5_000, 2_300))?.id).toBe(second.id)
})

const HOLDER = { worker: 'c', until: 9_000 }

it('asks a person, and goes on with the answer', async () => {
  const { modelWork } = await openWork()
  const { id } = await modelWork.ask({ task: 'import', subject: 'f', input: { file: '/f' } }, BY)
  expect(await modelWork.answer(id, { trust: 'x' }, 1)).toBe(false)
  await modelWork.take('a', 2_000, 1_000)
  await modelWork.end(id, 'a', { state: 'asks', reason: 'UNKNOWN_KEY', message: 'who?' }, 1_100)
  expect(await modelWork.list()).toMatchObject([{ state: 'asks', reason: 'UNKNOWN_KEY' }])
  expect(await modelWork.answer(id, { trust: 'x' }, 1_200)).toBe(true)
  const again = await modelWork.take('a', 3_000, 1_300)
  expect(again).toMatchObject({ id, input: { file: '/f', trust: 'x' } })
  expect(again).not.toHaveProperty('reason')
  expect(await modelWork.drop(id)).toBeUndefined()
  await modelWork.end(id, 'a', { state: 'failed' }, 1_400)
  expect(await modelWork.drop(id)).toMatchObject({ id })
  expect(await modelWork.list()).toEqual([])
})

it('writes what became of models into the audit, and forgets what was measured of them', async () => {
  const { modelWork, journal } = await openWork()
  await modelWork.ask({ ...VERIFY, task: 'measure' }, BY)
  const measured = await modelWork.take('a', 2_000, 1_000)
  await modelWork.end(measured?.id ?? '', 'a', { state: 'done', result: { perSecond: 3 } }, 1_100)
  const work = { task: 'import', subject: 'file', input: {} } as const
  const added = await modelWork.begin(work, BY, { worker: 'a', until: 3_000 })
  const entry = { at: 1_200, action: 'model.import', subject: 'model:org/name', traceId: 't' }
  await modelWork.end(
    added?.id ?? '',
    'a',
    { state: 'done', changed: ['org/name'], audit: [{ ...entry, detail: { kind: 'ocr' } }] },
    1_200,
  )
  expect((await modelWork.list()).map(({ task }) => task)).toEqual(['import'])
  const { items } = await journal.auditPage(10)
  expect(items).toMatchObject([{ action: 'model.import', subject: 'model:org/name' }])
})

it('keeps the newest of each kind of work, however often it is done', async () => {
  const { modelWork } = await openWork()
  for (let i = 0; i < 5; i++) {
    const row = await modelWork.begin(VERIFY, { ...BY, now: i }, { worker: 'a', until: 9_000 + i })
    await modelWork.end(row?.id ?? '', 'a', { state: 'done' }, i)
  }
  expect(await modelWork.list()).toHaveLength(1)
})
