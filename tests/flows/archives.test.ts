import { expect, it, vi } from 'vitest'
import { documentText } from '../../core/library/document-text.ts'
import { getDocument } from '../../core/library/get-document.ts'
import { honest, zipWith } from '../hostile/zip.ts'
import { understandingBox } from '../understanding-box.ts'

// Each file is read by processes of its own, which a busy machine takes its time for.
vi.setConfig({ testTimeout: 120_000 })

it('finds what lies in an archive by its name, and leads to the entry', async () => {
  const on = await understandingBox()
  const { chapterId } = await on.chapter('Mine')
  const bytes = zipWith([
    honest('plans/lighthouse stairs.txt', 'forty-two steps'),
    honest('plans/boathouse.txt', 'no steps'),
  ])
  const { documentId } = await on.store(chapterId, 'plans.zip', bytes)
  await on.work()
  expect(await on.found('stairs')).toMatchObject([
    { name: 'plans.zip', locator: { path: 'plans/lighthouse stairs.txt' } },
  ])
  expect(await on.found('"forty-two"')).toEqual([])
  const text = await documentText(on.ports, await on.access(), { documentId })
  expect(text.parts.map(({ entry }) => entry?.sizeBytes)).toEqual([15, 8])
  expect(await getDocument(on.ports, await on.access(), documentId)).toMatchObject({
    document: { understanding: 'ready', version: { kind: 'archive' } },
    coverage: { unit: 'entry', done: 2, total: 2 },
  })
})

it.each([
  ['a kind that is not listed', Buffer.from('377abcaf271c0004', 'hex'), 'NOT_LISTED'],
  ['an empty one', zipWith([]), 'EMPTY_ARCHIVE'],
])('says of an archive why it has no list: %s', async (_what, bytes, reason) => {
  const on = await understandingBox()
  const { chapterId } = await on.chapter('Mine')
  const { documentId } = await on.store(
    chapterId,
    'old.7z',
    Buffer.concat([bytes, Buffer.alloc(bytes[0] === 0x37 ? 64 : 0)]),
  )
  await on.work()
  const { document, processing } = await getDocument(on.ports, await on.access(), documentId)
  expect(document.understanding).toBe('no_text')
  expect(processing).toContainEqual(
    expect.objectContaining({ step: 'extract', state: 'skipped', reason }),
  )
})
