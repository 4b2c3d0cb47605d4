import { expect, it, vi } from 'vitest'
import { quickSteps } from '../../tests/quick-steps.ts'
import { understandingBox } from '../../tests/understanding-box.ts'
import { runNext } from '../../worker/loop.ts'
import { moveReplays } from '../../worker/replay.ts'
import { settleArrivals } from '../ingest/settle.ts'
import { pictureBands } from './bands.ts'
import { nearDocuments } from './near-documents.ts'

// Each file goes through the whole queue, with all its syncs: on a busy disk that takes a while.
vi.setConfig({ testTimeout: 120_000 })

const LINES = Array.from(
  { length: 60 },
  (_, i) => `Clause ${i * 7} of part ${i * i} binds ${i} sides.`,
)
const CONTRACT = `${LINES.join('\n')}\n`
const DRAFT = CONTRACT.replace('Clause 70 of', 'Paragraph 70 in')
const OTHER = Array.from(
  { length: 60 },
  (_, i) => `Lamp ${i * 3} lit on day ${i * 11} for ${i} ships.`,
)

async function boxWithTexts() {
  const on = await understandingBox()
  const mine = await on.chapter('Mine')
  const hidden = await on.chapter('Hidden')
  const reader = await on.reader(mine.bookId)
  const near = async (documentId: string, userId?: string) =>
    nearDocuments(on.ports, await on.access(userId), documentId)
  const work = () => on.work({}, quickSteps)
  return { ...on, mine, hidden, reader, near, work }
}

it('offers what is almost the same to those who can see both, and tells others nothing', async () => {
  const on = await boxWithTexts()
  const final = await on.store(on.mine.chapterId, 'final.txt', CONTRACT)
  const draft = await on.store(on.mine.chapterId, 'draft.txt', DRAFT)
  const secret = await on.store(on.hidden.chapterId, 'secret.txt', `${CONTRACT}And a secret.\n`)
  await on.store(on.mine.chapterId, 'lamps.txt', OTHER.join('\n'))
  await on.work()
  const seen = await on.near(final.documentId, on.reader)
  expect(seen.items.map(({ pointer }) => pointer.name)).toEqual(['draft.txt'])
  expect(seen.items[0]?.similarity).toBeGreaterThan(0.85)
  expect(seen.items[0]?.similarity).toBeLessThan(1)
  const all = await on.near(final.documentId)
  expect(all.items.map(({ pointer }) => pointer.name).sort()).toEqual(['draft.txt', 'secret.txt'])
  expect((await on.near(draft.documentId, on.reader)).items).toHaveLength(1)
  await expect(on.near(secret.documentId, on.reader)).rejects.toMatchObject({ code: 'not_found' })
})

it('leaves out what lies in the trash, what was replaced, and what is too short', async () => {
  const on = await boxWithTexts()
  const final = await on.store(on.mine.chapterId, 'final.txt', CONTRACT)
  const draft = await on.store(on.mine.chapterId, 'draft.txt', DRAFT)
  const note = await on.store(on.mine.chapterId, 'note.txt', 'a note')
  await on.work()
  expect(await on.near(note.documentId)).toEqual({ state: 'none', items: [] })
  expect((await on.near(final.documentId)).items).toHaveLength(1)
  await on.store(on.mine.chapterId, 'draft.txt', OTHER.join('\n'))
  await on.work()
  expect((await on.near(final.documentId)).items).toEqual([])
  expect((await on.near(draft.documentId)).items).toEqual([])
})

it('shows nothing of a content that others had before, until its time has come', async () => {
  const on = await boxWithTexts()
  const final = await on.store(on.mine.chapterId, 'final.txt', CONTRACT)
  await on.store(on.hidden.chapterId, 'secret.txt', DRAFT)
  await on.work()
  // The same bytes again, by somebody who cannot see that the box has them.
  const again = await on.store(on.mine.chapterId, 'mine.txt', DRAFT)
  expect(await on.near(again.documentId, on.reader)).toEqual({ state: 'waiting', items: [] })
  expect((await on.near(final.documentId, on.reader)).items).toEqual([])
  await on.work()
  const names = async (id: string) =>
    (await on.near(id, on.reader)).items.map(({ pointer }) => pointer.name)
  expect(await names(again.documentId)).toEqual(['final.txt'])
  expect(await names(final.documentId)).toEqual(['mine.txt'])
})

it('lists no document of which this very step is still to be told', async () => {
  const on = await boxWithTexts()
  const final = await on.store(on.mine.chapterId, 'final.txt', CONTRACT)
  await on.store(on.hidden.chapterId, 'secret.txt', DRAFT)
  await on.work()
  const again = await on.store(on.mine.chapterId, 'mine.txt', DRAFT)
  await settleArrivals(on.ports)
  const { signal } = new AbortController()
  const options = { worker: 'test', leaseMs: 60_000, maxAttempts: 3, signal }
  const isLinked = async () =>
    (await on.ports.catalog.passages.pointers([again.version.digest], [on.mine.chapterId], {}))
      .length > 0
  while (!(await isLinked())) {
    if (await runNext(on.ports, quickSteps, options)) continue
    on.clock.advance(60_000)
    await moveReplays(on.ports, quickSteps, options)
  }
  expect(await on.near(again.documentId, on.reader)).toEqual({ state: 'waiting', items: [] })
  expect((await on.near(final.documentId, on.reader)).items).toEqual([])
  await on.work()
  expect((await on.near(final.documentId, on.reader)).items).toHaveLength(1)
})

it('finds pictures that look alike, and forgets what is removed', async () => {
  const on = await boxWithTexts()
  const stored = []
  for (const name of ['a.txt', 'b.txt', 'c.txt']) {
    stored.push(await on.store(on.mine.chapterId, name, `${name} ${CONTRACT}`))
  }
  await on.work()
  const { near } = on.ports.catalog
  const [a, b, c] = stored.map(({ version }) => version.digest)
  if (!a || !b || !c) throw new Error('three were stored')
  for (const [digest, hash] of [
    [a, 'f0e1d2c3b4a59687'],
    [b, 'f0e1d2c3b4a5960f'],
    [c, '0f1e2d3c4b5a6978'],
  ] as const) {
    const bytes = Buffer.from(hash, 'hex')
    await near.put(digest, { kind: 'picture', bytes, bands: pictureBands(hash) })
  }
  const found = await on.near(stored[0]?.documentId ?? '')
  expect(found.items).toMatchObject([{ kind: 'picture', pointer: { name: 'b.txt' } }])
  await near.put(b)
  expect((await on.near(stored[0]?.documentId ?? '')).items).toEqual([])
})
