import { expect, it } from 'vitest'
import type { ListQuery } from '../../core/ports/index.ts'
import { act, chapter, type LibraryCatalog, refusal, shelf, store } from './library-shelf.ts'

const byName: ListQuery = { sort: 'name', descending: false, limit: 3 }

/** Pages, orders, filters and folders. */
export function libraryListContract(open: () => Promise<LibraryCatalog>) {
  for (const [sort, descending] of [
    ['name', false],
    ['name', true],
    ['updated', false],
    ['updated', true],
    ['size', false],
    ['size', true],
  ] as const) {
    it(`pages through every document once, by ${sort} ${descending ? 'down' : 'up'}`, async () => {
      const catalog = await open()
      const place = await shelf(catalog)
      // Equal names in two folders, and equal sizes: the id decides between equals.
      for (const name of ['b.txt', 'A.txt', 'c.txt', 'Ä.txt', 'B2.txt']) {
        await store(catalog, place, { name, size: name.length })
        await store(catalog, place, { name, folder: 'f', content: `${name} too`, size: 4 })
      }
      const pages = await pagesOf(catalog, {
        sort,
        descending,
        limit: 3,
        chapterId: place.chapterId,
      })
      expect(pages.map((page) => page.length)).toEqual([3, 3, 3, 1])
      const rows = pages.flat()
      expect(new Set(rows.map((row) => row.id)).size).toBe(10)
      const keys = rows.map((row) =>
        sort === 'name' ? row.name : sort === 'size' ? row.version.sizeBytes : row.updatedAt,
      )
      expect(descending ? keys.reverse() : keys).toEqual([...keys].sort(order))
    })
  }

  it('keeps its place when rows come and go between two pages', async () => {
    const catalog = await open()
    const place = await shelf(catalog)
    const ids = new Map<string, string>()
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      ids.set(name, (await store(catalog, place, { name })).documentId)
    }
    const first = await catalog.library.list('all', { ...byName, limit: 2 })
    await catalog.library.trash('all', ids.get('b') ?? '', act(place.userId))
    await store(catalog, place, { name: 'aa' })
    const next = await catalog.library.list('all', {
      ...byName,
      ...(first.nextCursor && { cursor: first.nextCursor }),
    })
    expect(next.items.map((row) => row.name)).toEqual(['c', 'd', 'e'])
    expect(next.nextCursor).toBeUndefined()
  })

  it('refuses a cursor of another order, and one it never gave', async () => {
    const catalog = await open()
    const place = await shelf(catalog)
    for (const name of ['a', 'b', 'c', 'd']) await store(catalog, place, { name })
    const { nextCursor = '' } = await catalog.library.list('all', byName)
    const list = (change: Partial<ListQuery>) =>
      refusal(catalog.library.list('all', { ...byName, ...change }))
    expect(await list({ cursor: nextCursor })).toBe('nothing was refused')
    expect(await list({ cursor: nextCursor, sort: 'size' })).toBe('bad_request CURSOR')
    for (const cursor of ['x', 'bnVsbA', Buffer.from('["name",{},1]').toString('base64url')]) {
      expect(await list({ cursor })).toBe('bad_request CURSOR')
    }
  })

  it('lists one folder, one chapter, or all that is visible', async () => {
    const catalog = await open()
    const place = await shelf(catalog)
    const other = await chapter(catalog, place.bookId, 'Other')
    await store(catalog, place, { name: 'top' })
    await store(catalog, place, { name: 'inside', folder: 'f' })
    await store(catalog, place, { name: 'deep', folder: 'f/g' })
    await store(catalog, { ...place, chapterId: other }, { name: 'elsewhere' })
    const names = async (visible: 'all' | string[], change: Partial<ListQuery>) =>
      (await catalog.library.list(visible, { ...byName, limit: 9, ...change })).items.map(
        (row) => row.name,
      )
    expect(await names('all', {})).toEqual(['deep', 'elsewhere', 'inside', 'top'])
    expect(await names([other], {})).toEqual(['elsewhere'])
    expect(await names([], {})).toEqual([])
    expect(await names([other], { chapterId: place.chapterId })).toEqual([])
    const { chapterId } = place
    expect(await names('all', { chapterId, folder: '' })).toEqual(['top'])
    expect(await names('all', { chapterId, folder: 'f' })).toEqual(['inside'])
    expect(await names('all', { chapterId })).toEqual(['deep', 'inside', 'top'])
  })

  it('lists the trash apart', async () => {
    const catalog = await open()
    const place = await shelf(catalog)
    const { documentId } = await store(catalog, place, { name: 'gone' })
    await store(catalog, place, { name: 'here' })
    await catalog.library.trash('all', documentId, act(place.userId))
    const [kept] = await pagesOf(catalog, byName)
    expect(kept?.map((row) => row.name)).toEqual(['here'])
    const [trashed] = await pagesOf(catalog, { ...byName, trashed: true })
    expect(trashed).toMatchObject([{ name: 'gone', trashedAt: expect.any(Number) }])
  })

  it('finds a part of a name in any case, and takes every sign as it stands', async () => {
    const catalog = await open()
    const place = await shelf(catalog)
    for (const name of ['Übersicht.pdf', 'a*b.txt', 'a[1].txt', 'a?.txt', 'a%_.txt', '100.txt']) {
      await store(catalog, place, { name })
    }
    const names = async (nameContains: string) =>
      (await catalog.library.list('all', { ...byName, nameContains })).items.map((row) => row.name)
    expect(await names('ÜBER')).toEqual(['Übersicht.pdf'])
    expect(await names('u\u0308ber')).toEqual(['Übersicht.pdf'])
    expect(await names('*')).toEqual(['a*b.txt'])
    expect(await names('[1]')).toEqual(['a[1].txt'])
    expect(await names('?')).toEqual(['a?.txt'])
    expect(await names('%_')).toEqual(['a%_.txt'])
    expect(await names('.PDF')).toEqual(['Übersicht.pdf'])
    expect(await names('nothing')).toEqual([])
  })

  it('shows the folders right inside a folder with all that lies below', async () => {
    const catalog = await open()
    const place = await shelf(catalog)
    const other = await chapter(catalog, place.bookId, 'Other')
    const files = ['', 'b', 'b/c', 'b/c/d', 'b/ü', 'b!', 'b0', 'A']
    for (const folder of files) await store(catalog, place, { name: 'x', folder, content: folder })
    await store(catalog, { ...place, chapterId: other }, { name: 'x', folder: 'z' })
    const gone = await store(catalog, place, { name: 'y', folder: 'trashed' })
    await catalog.library.trash('all', gone.documentId, act(place.userId))
    const folders = async (folder: string) =>
      (await catalog.library.folders('all', place.chapterId, folder)).map(
        ({ path, documentCount }) => `${path} ${documentCount}`,
      )
    expect(await folders('')).toEqual(['A 1', 'b 4', 'b! 1', 'b0 1'])
    expect(await folders('b')).toEqual(['b/c 2', 'b/ü 1'])
    expect(await folders('b/c/d')).toEqual([])
    const [first] = await catalog.library.folders([place.chapterId], place.chapterId, 'b/c')
    expect(first).toEqual({ name: 'd', path: 'b/c/d', documentCount: 1 })
  })
}

async function pagesOf(catalog: LibraryCatalog, query: ListQuery) {
  const pages = []
  for (let cursor: string | undefined; ; ) {
    const page = await catalog.library.list('all', { ...query, ...(cursor && { cursor }) })
    pages.push(page.items)
    cursor = page.nextCursor
    if (!cursor) return pages
  }
}

const order = (a: string | number, b: string | number): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const fold = (key: string | number) => String(key).replace(/[A-Z]/g, (c) => c.toLowerCase())
  return Buffer.compare(Buffer.from(fold(a)), Buffer.from(fold(b)))
}
