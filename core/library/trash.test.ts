import { expect, it } from 'vitest'
import { libraryBox } from '../../tests/library-box.ts'
import { tinySpace } from '../../tests/tiny-space.ts'
import { newId } from '../ids.ts'
import { sweep } from '../upkeep/sweep.ts'
import { moveDocument } from './move-document.ts'
import { purgeDocument, restoreDocument, trashDocument } from './trash.ts'

const VECTOR = Float32Array.of(1, 0)

it('tells the indexes where a content may be found: moved, trashed, restored', async () => {
  const { ports, as, store, book, chapter } = await libraryBox()
  const other = { id: newId(), bookId: book.id, name: 'Other', createdAt: 0 }
  await ports.catalog.library.createChapter(other)
  const { documentId: id, version } = await store('plan.txt', 'a plan')
  await ports.index
    .of(tinySpace(2))
    .upsert(version.digest, [{ ordinal: 0, vector: VECTOR }], [chapter.id])
  const foundIn = async (chapterId: string) =>
    (await ports.index.of(tinySpace(2)).query(VECTOR, [chapterId], 9)).length > 0
  const ada = await as('ada', 'admin')
  await moveDocument(ports, ada, { id, chapterId: other.id })
  expect([await foundIn(chapter.id), await foundIn(other.id)]).toEqual([false, true])
  await trashDocument(ports, ada, id)
  expect(await foundIn(other.id)).toBe(false)
  await restoreDocument(ports, ada, id)
  expect(await foundIn(other.id)).toBe(true)
})

it('keeps a content findable where somebody else still points to it', async () => {
  const { ports, as, store, chapter } = await libraryBox()
  const { documentId, version } = await store('plan.txt', 'a plan')
  const copy = await store('copy.txt', 'a plan')
  await ports.catalog.ingest.markLinked(copy.version.id, 1)
  await ports.index
    .of(tinySpace(2))
    .upsert(version.digest, [{ ordinal: 0, vector: VECTOR }], [chapter.id])
  const ada = await as('ada', 'admin')
  await trashDocument(ports, ada, documentId)
  await purgeDocument(ports, ada, documentId)
  expect(await ports.index.of(tinySpace(2)).query(VECTOR, [chapter.id], 9)).toHaveLength(1)
})

it('purges what lay in the trash long enough, and writes that the box did it', async () => {
  const { ports, as, store } = await libraryBox()
  const ada = await as('ada', 'admin')
  const { catalog, clock } = ports
  for (const name of ['old.txt', 'new.txt', 'kept.txt']) {
    const { documentId } = await store(name, name)
    if (name !== 'kept.txt') await trashDocument(ports, ada, documentId)
    clock.advance(1000)
  }
  const times = {
    trashMs: 2000,
    graceMs: Number.MAX_SAFE_INTEGER,
    uploadMs: 1_000_000,
    endedUploadMs: 1_000_000,
  }
  expect((await sweep(ports, times)).documentsPurged).toBe(1)
  expect((await sweep(ports, times)).documentsPurged).toBe(0)
  const { items } = await catalog.journal.auditPage(1)
  expect(items).toMatchObject([{ action: 'document.purge', detail: { name: 'old.txt' } }])
  expect(items[0]?.userId).toBeUndefined()
})
