import { expect, it } from 'vitest'
import { newId } from '../../core/ids.ts'
import { act, type LibraryCatalog, refusal, shelf, store } from './library-shelf.ts'

/** The trash, removal for good, and coming back to an older version. */
export function libraryTrashContract(open: () => Promise<LibraryCatalog>) {
  it('puts a document into the trash and takes it out, each once', async () => {
    const catalog = await open()
    const { library, journal } = catalog
    const place = await shelf(catalog)
    const { documentId } = await store(catalog, place, { name: 'a.txt' })
    const before = await library.document('all', documentId)
    const since = await journal.lastEventId()
    const by = act(place.userId)
    await library.trash('all', documentId, by)
    await library.trash('all', documentId, act(place.userId))
    const trashed = await library.document('all', documentId)
    expect(trashed).toEqual({ ...before, trashedAt: by.now })
    expect(await library.restore('all', documentId, act(place.userId))).toEqual(before)
    expect(await library.restore('all', documentId, act(place.userId))).toEqual(before)
    const events = await journal.events('all', '', since, 10)
    expect(events.map((event) => event.payload.change)).toEqual(['trashed', 'restored'])
    const { items } = await journal.auditPage(2)
    expect(items.map((entry) => entry.action)).toEqual(['document.restore', 'document.trash'])
  })

  it('frees the name in the trash, and finds another when it is taken meanwhile', async () => {
    const catalog = await open()
    const { library } = catalog
    const place = await shelf(catalog)
    const first = await store(catalog, place, { name: 'a.tar.gz', content: 'one' })
    await library.trash('all', first.documentId, act(place.userId))
    const second = await store(catalog, place, { name: 'a.tar.gz', content: 'two' })
    expect(second.documentId).not.toBe(first.documentId)
    const restored = await library.restore('all', first.documentId, act(place.userId))
    expect(restored.name).toBe('a.tar (2).gz')
  })

  it('removes for good from the trash only, with every reference', async () => {
    const catalog = await open()
    const { library } = catalog
    const place = await shelf(catalog)
    const file = { name: 'a.txt' }
    const first = await store(catalog, place, { ...file, content: 'one' })
    const second = await store(catalog, place, { ...file, content: 'two' })
    const by = act(place.userId)
    expect(await refusal(library.purge('all', first.documentId, by))).toBe('conflict NOT_IN_TRASH')
    await library.trash('all', first.documentId, by)
    const contents = await library.purge('all', first.documentId, by)
    expect(contents.sort()).toEqual([first.digest, second.digest].sort())
    expect(await library.document('all', first.documentId)).toBeUndefined()
    expect(await library.version('all', first.versionId)).toBeUndefined()
    expect(await catalog.jobs.job('all', second.jobId)).toBeUndefined()
    expect(await refusal(library.purge('all', first.documentId, by))).toBe('not_found')
  })

  it('names what was trashed before a time, oldest first', async () => {
    const catalog = await open()
    const { library } = catalog
    const place = await shelf(catalog)
    const trashed = []
    for (const name of ['a', 'b', 'c']) {
      const { documentId } = await store(catalog, place, { name })
      const by = act(place.userId)
      await library.trash('all', documentId, by)
      trashed.push({ documentId, at: by.now })
    }
    const ids = trashed.map((each) => each.documentId)
    expect(await library.expiredTrash(trashed[2]?.at ?? 0, 9)).toEqual(ids.slice(0, 2))
    expect(await library.expiredTrash(Number.MAX_SAFE_INTEGER, 1)).toEqual(ids.slice(0, 1))
  })

  it('makes a new version with the content of an older one, and queues its link', async () => {
    const catalog = await open()
    const { library } = catalog
    const place = await shelf(catalog)
    const old = await store(catalog, place, { name: 'a.txt', content: 'one' })
    const current = await store(catalog, place, { name: 'a.txt', content: 'two' })
    const by = { ...act(place.userId), newVersionId: newId(), jobId: newId() }
    const restored = await library.restoreVersion('all', old.versionId, by)
    expect(restored).toMatchObject({
      id: by.newVersionId,
      documentId: old.documentId,
      number: 3,
      digest: old.digest,
      sizeBytes: 3,
      jobId: by.jobId,
      createdAt: by.now,
      traceId: by.traceId,
    })
    const document = await library.document('all', old.documentId)
    expect(document?.currentVersionId).toBe(by.newVersionId)
    expect(document?.updatedAt).toBe(by.now)
    expect((await catalog.jobs.job('all', by.jobId))?.digest).toBe(old.digest)
    expect((await library.version('all', current.versionId))?.number).toBe(2)
  })

  it('writes no version when the document is at that content already', async () => {
    const catalog = await open()
    const { library, journal } = catalog
    const place = await shelf(catalog)
    const { documentId, versionId } = await store(catalog, place, { name: 'a.txt' })
    const since = await journal.lastEventId()
    const by = { ...act(place.userId), newVersionId: newId(), jobId: newId() }
    expect((await library.restoreVersion('all', versionId, by)).id).toBe(versionId)
    expect(await library.versions('all', documentId)).toHaveLength(1)
    expect(await journal.lastEventId()).toBe(since)
    await library.trash('all', documentId, by)
    expect(await refusal(library.restoreVersion('all', versionId, by))).toBe('conflict IN_TRASH')
  })
}
