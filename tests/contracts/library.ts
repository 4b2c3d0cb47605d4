import { describe, expect, it } from 'vitest'
import { newId } from '../../core/ids.ts'
import { libraryListContract } from './library-list.ts'
import {
  act,
  chapter,
  type LibraryCatalog,
  later,
  person,
  refusal,
  shelf,
  store,
} from './library-shelf.ts'
import { libraryTrashContract } from './library-trash.ts'
import { understandingContract } from './library-understanding.ts'

/** What every Library must do. An adapter is done when this passes. */
export function libraryContract(name: string, open: () => Promise<LibraryCatalog>) {
  describe(`${name} is a Library`, () => {
    shelvesContract(open)
    grantsContract(open)
    documentsContract(open)
    libraryListContract(open)
    libraryTrashContract(open)
    understandingContract(open)
  })
}

function shelvesContract(open: () => Promise<LibraryCatalog>) {
  it('lists books and chapters by name, without case', async () => {
    const { library } = await open()
    for (const name of ['beta', 'Alpha', 'gamma']) {
      const book = await library.createBook({ id: newId(), name, createdAt: 1 })
      await library.createChapter({ id: newId(), bookId: book.id, name, createdAt: 1 })
    }
    const { books, chapters } = await library.shelves()
    expect(books.map((book) => book.name)).toEqual(['Alpha', 'beta', 'gamma'])
    expect(chapters.map((each) => each.name)).toEqual(['Alpha', 'beta', 'gamma'])
  })

  it('refuses a second book of a name, and a second chapter in the same book only', async () => {
    const catalog = await open()
    const { bookId } = await shelf(catalog, 'Straße')
    const other = await shelf(catalog, 'Other')
    const { library } = catalog
    const again = { id: newId(), name: 'ＳTRASSE'.replace('SS', 'ß'), createdAt: 1 }
    expect(await refusal(library.createBook(again))).toBe('conflict NAME_TAKEN')
    expect(await refusal(library.renameBook(other.bookId, 'straße'))).toBe('conflict NAME_TAKEN')
    expect(await refusal(chapter(catalog, bookId, 'PLANS'))).toBe('conflict NAME_TAKEN')
    const second = await chapter(catalog, bookId, 'Second')
    expect(await refusal(library.renameChapter(second, 'plans'))).toBe('conflict NAME_TAKEN')
    await library.renameChapter(second, 'Third')
    await library.renameBook(bookId, 'STRAẞE 2')
    const { books, chapters } = await library.shelves()
    expect(books.map((book) => book.name)).toContain('STRAẞE 2')
    expect(chapters.map((each) => each.name)).toContain('Third')
  })

  it('removes what is empty only, and says what is absent', async () => {
    const catalog = await open()
    const { library } = catalog
    const place = await shelf(catalog)
    const { documentId } = await store(catalog, place, { name: 'a.txt' })
    await library.trash('all', documentId, act(place.userId))
    expect(await refusal(library.removeChapter(place.chapterId))).toBe('conflict NOT_EMPTY')
    expect(await refusal(library.removeBook(place.bookId))).toBe('conflict NOT_EMPTY')
    await library.purge('all', documentId, act(place.userId))
    await library.removeChapter(place.chapterId)
    await library.removeBook(place.bookId)
    expect(await library.shelves()).toMatchObject({ books: [], chapters: [] })
    expect(await refusal(library.removeBook(place.bookId))).toBe('not_found')
    expect(await refusal(library.removeChapter(place.chapterId))).toBe('not_found')
    expect(await refusal(library.renameBook(place.bookId, 'x'))).toBe('not_found')
    expect(await refusal(library.renameChapter(place.chapterId, 'x'))).toBe('not_found')
    expect(await refusal(chapter(catalog, place.bookId, 'x'))).toBe('not_found')
  })

  it('counts documents per visible chapter, trash apart', async () => {
    const catalog = await open()
    const place = await shelf(catalog)
    const hidden = await chapter(catalog, place.bookId, 'Hidden')
    const { documentId } = await store(catalog, place, { name: 'a.txt' })
    await store(catalog, place, { name: 'b.txt' })
    await store(catalog, { ...place, chapterId: hidden }, { name: 'c.txt' })
    await catalog.library.trash('all', documentId, act(place.userId))
    const counts = await catalog.library.counts([place.chapterId])
    expect([...counts]).toEqual([[place.chapterId, 1]])
    expect((await catalog.library.counts('all')).get(hidden)).toBe(1)
  })

  it('writes who made, renamed and removed a book into the audit', async () => {
    const catalog = await open()
    const userId = await person(catalog, 'Grace')
    const by = act(userId)
    const book = { id: newId(), name: 'Audited', createdAt: later() }
    await catalog.library.createBook(book, userId, by)
    await catalog.library.renameBook(book.id, 'Renamed', by)
    const { items } = await catalog.journal.auditPage(10)
    expect(items).toMatchObject([
      { action: 'book.rename', subject: `book:${book.id}`, userId, traceId: by.traceId },
      { action: 'book.create', subject: `book:${book.id}`, detail: { name: 'Audited' } },
    ])
  })
}

function grantsContract(open: () => Promise<LibraryCatalog>) {
  it('gives a person own rights, those of groups, and those of everyone', async () => {
    const catalog = await open()
    const { library, people } = catalog
    const { bookId, chapterId } = await shelf(catalog)
    const userId = await person(catalog, 'Grace')
    const team = { id: newId(), name: 'Team', isEveryone: false, createdAt: 1 }
    const all = { id: newId(), name: 'Everyone', isEveryone: true, createdAt: 1 }
    await people.createGroup(team)
    await people.createGroup(all)
    await people.addMember(team.id, userId)
    const grant = { bookId, createdAt: 1 }
    const given = [newId(1), newId(2), newId(3)] as const
    await library.putGrant({ ...grant, id: given[0], userId, role: 'viewer' })
    await library.putGrant({ ...grant, id: given[1], chapterId, groupId: team.id, role: 'admin' })
    await library.putGrant({ ...grant, id: given[2], groupId: all.id, role: 'contributor' })
    const [ofTeam, ofAll] = [team, all].map(({ id, name, isEveryone }) => ({
      group: { id, name, isEveryone },
    }))
    const expected = [
      { grantId: given[0], bookId, role: 'viewer' },
      { grantId: given[1], bookId, chapterId, role: 'admin', ...ofTeam },
      { grantId: given[2], bookId, role: 'contributor', ...ofAll },
    ]
    expect(byGrant(await library.rightsOf(userId))).toEqual(expected)
    const stranger = await person(catalog, 'Stranger')
    expect(await library.rightsOf(stranger)).toEqual(expected.slice(2))
    expect(byGrant(await library.rightsWithin(bookId)).slice(0, 2)).toEqual(
      expected.slice(0, 2).map((right) => ({ ...right, userId })),
    )
    const elsewhere = await shelf(catalog, 'Elsewhere')
    expect(await library.rightsWithin(elsewhere.bookId)).toEqual([])
  })

  it('replaces the role of a subject instead of giving a second one', async () => {
    const catalog = await open()
    const { library } = catalog
    const { bookId, chapterId } = await shelf(catalog)
    const userId = await person(catalog, 'Grace')
    const grant = { bookId, userId, createdAt: 1 }
    const first = await library.putGrant({ ...grant, id: newId(), role: 'admin' })
    const second = await library.putGrant({ ...grant, id: newId(), role: 'viewer' })
    expect(second).toEqual({ ...first, role: 'viewer' })
    await library.putGrant({ ...grant, id: newId(), chapterId, role: 'contributor' })
    expect(await library.grantsOn(bookId)).toEqual([{ ...second, subjectName: 'Grace' }])
    expect(await library.grantsOn(bookId, chapterId)).toMatchObject([{ role: 'contributor' }])
    expect(await library.grant(first.id)).toEqual(second)
    expect(await library.removeGrant(first.id)).toEqual(second)
    expect(await library.removeGrant(first.id)).toBeUndefined()
    expect(await library.grant(first.id)).toBeUndefined()
  })

  it('knows no grant to an absent subject, or on a chapter of another book', async () => {
    const catalog = await open()
    const { library } = catalog
    const one = await shelf(catalog, 'One')
    const two = await shelf(catalog, 'Two')
    const grant = { id: newId(), bookId: one.bookId, role: 'viewer' as const, createdAt: 1 }
    expect(await refusal(library.putGrant({ ...grant, userId: newId() }))).toBe('not_found')
    expect(await refusal(library.putGrant({ ...grant, groupId: newId() }))).toBe('not_found')
    const astray = { ...grant, chapterId: two.chapterId, userId: one.userId }
    expect(await refusal(library.putGrant(astray))).toBe('not_found')
  })

  it('makes the maker of a book its administrator', async () => {
    const catalog = await open()
    const userId = await person(catalog, 'Grace')
    const book = { id: newId(), name: 'Mine', createdAt: later() }
    await catalog.library.createBook(book, userId)
    const rights = await catalog.library.rightsOf(userId)
    expect(rights).toMatchObject([{ bookId: book.id, role: 'admin' }])
  })
}

/** In the order in which they were given. */
const byGrant = <Given extends { grantId: string }>(rights: readonly Given[]): Given[] =>
  rights.toSorted((a, b) => (a.grantId < b.grantId ? -1 : 1))

function documentsContract(open: () => Promise<LibraryCatalog>) {
  it('shows a document with its book, chapter, and current version', async () => {
    const catalog = await open()
    const place = await shelf(catalog)
    const file = { name: 'plan.pdf', folder: 'a/b' }
    await store(catalog, place, { ...file, content: 'one' })
    const { documentId, versionId, jobId, digest } = await store(catalog, place, {
      ...file,
      content: 'three',
    })
    const row = await catalog.library.document('all', documentId)
    expect(row).toMatchObject({
      id: documentId,
      name: 'plan.pdf',
      folder: 'a/b',
      bookId: place.bookId,
      bookName: 'Work',
      chapterId: place.chapterId,
      chapterName: 'Plans',
      currentVersionId: versionId,
      versionCount: 2,
      hasPreview: false,
      version: { id: versionId, number: 2, digest, sizeBytes: 5, jobId, kind: 'other' },
    })
    expect(row?.version.createdByName).toBe('Ada of Work')
    expect(row?.version.path.startsWith(`${digest.slice(0, 2)}/${digest}.`)).toBe(true)
    const versions = await catalog.library.versions('all', documentId)
    expect(versions.map((version) => version.number)).toEqual([2, 1])
  })

  it('treats a hidden document, version and chapter as absent', async () => {
    const catalog = await open()
    const { library } = catalog
    const place = await shelf(catalog)
    const elsewhere = await chapter(catalog, place.bookId, 'Elsewhere')
    const { documentId, versionId } = await store(catalog, place, { name: 'a.txt', folder: 'f' })
    for (const visible of [[], [elsewhere]]) {
      expect(await library.document(visible, documentId)).toBeUndefined()
      expect(await library.version(visible, versionId)).toBeUndefined()
      expect(await library.versions(visible, documentId)).toEqual([])
      expect(await library.folders(visible, place.chapterId, '')).toEqual([])
      const by = act(place.userId)
      const restore = { ...by, newVersionId: newId(), jobId: newId() }
      for (const hidden of [
        library.move(visible, documentId, { name: 'b.txt' }, by),
        library.trash(visible, documentId, by),
        library.restore(visible, documentId, by),
        library.purge(visible, documentId, by),
        library.restoreVersion(visible, versionId, restore),
      ]) {
        expect(await refusal(hidden)).toBe('not_found')
      }
    }
    expect((await library.document([place.chapterId], documentId))?.name).toBe('a.txt')
  })

  it('moves and renames, tells both chapters, and keeps the date of change', async () => {
    const catalog = await open()
    const { library, journal } = catalog
    const place = await shelf(catalog)
    const target = await chapter(catalog, place.bookId, 'Target')
    const { documentId } = await store(catalog, place, { name: 'a.txt' })
    const before = await library.document('all', documentId)
    const since = await journal.lastEventId()
    const to = { chapterId: target, folder: 'x/y', name: 'b.txt' }
    await library.move('all', documentId, to, act(place.userId))
    const after = await library.document('all', documentId)
    expect(after).toEqual({ ...before, ...to, chapterName: 'Target' })
    for (const chapterId of [place.chapterId, target]) {
      const events = await journal.events([chapterId], '', since, 10)
      expect(events.map((event) => event.payload)).toEqual([
        { document_id: documentId, change: 'moved' },
      ])
    }
    const { items } = await journal.auditPage(1)
    expect(items).toMatchObject([
      { action: 'document.move', userId: place.userId, detail: { to: { name: 'b.txt' } } },
    ])
  })

  it('writes nothing when a document is moved to where it is', async () => {
    const catalog = await open()
    const { library, journal } = catalog
    const place = await shelf(catalog)
    const { documentId } = await store(catalog, place, { name: 'a.txt' })
    const since = await journal.lastEventId()
    await library.move('all', documentId, { name: 'a.txt', folder: '' }, act(place.userId))
    expect(await journal.lastEventId()).toBe(since)
  })

  it('moves onto no taken name, into no hidden or absent chapter, and nothing out of the trash', async () => {
    const catalog = await open()
    const { library } = catalog
    const place = await shelf(catalog)
    const hidden = await chapter(catalog, place.bookId, 'Hidden')
    const { documentId } = await store(catalog, place, { name: 'a.txt' })
    await store(catalog, place, { name: 'b.txt' })
    const by = act(place.userId)
    const move = (to: { chapterId?: string; name?: string }) =>
      refusal(library.move([place.chapterId], documentId, to, by))
    expect(await move({ name: 'b.txt' })).toBe('conflict NAME_TAKEN')
    expect(await move({ chapterId: hidden })).toBe('not_found')
    expect(await move({ chapterId: newId() })).toBe('not_found')
    await library.trash('all', documentId, by)
    expect(await move({ name: 'c.txt' })).toBe('conflict IN_TRASH')
    expect((await library.document('all', documentId))?.name).toBe('a.txt')
  })
}
