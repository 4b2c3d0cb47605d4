import { describe, expect, it } from 'vitest'
import { lancedbVectorIndex } from '../../adapters/lancedb/vector-index.ts'
import { type SearchWorld, searchWorld } from '../../tests/search-world.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import type { Access } from '../access/access.ts'
import { AppError } from '../errors.ts'
import { newId } from '../ids.ts'
import { reindexPointers } from './relink.ts'
import { type SearchQuery, search } from './search.ts'

const openLance = async () => lancedbVectorIndex({ uri: await temporaryFolder() })

/** One book with two chapters, and its reader. */
async function library() {
  const on = await searchWorld(openLance)
  const work = await on.book('Work', 'Plans', 'Money')
  const reader = await on.person('reader')
  await on.grant(reader, work.id)
  const access = await on.access(reader)
  const [plans, money] = work.chapters as [string, string]
  return { on, work, plans, money, reader, access }
}

const find = (on: SearchWorld, access: Access, text: string, change: Partial<SearchQuery> = {}) =>
  search(on.ports, access, { text, sort: 'best', limit: 20, ...change })

describe('search', () => {
  it('finds a sentence on its page, with the words marked', async () => {
    const { on, plans, access } = await library()
    const texts = Array.from({ length: 9 }, (_, i) => `Page ${i + 1} speaks of pumps and valves.`)
    texts[6] = 'The cooling loop of unit 4 shall be inspected every 400 operating hours.'
    await on.put({ chapterId: plans, name: 'Procedure.pdf', texts, folder: 'Unit 4' })
    const { hits, total } = await find(on, access, 'cooling loop shall be inspected every 400')
    expect(total).toBe(1)
    expect(hits[0]).toMatchObject({
      name: 'Procedure.pdf',
      folder: 'Unit 4',
      bookName: 'Work',
      chapterName: 'Plans',
      locator: { page: 7 },
      snippet: texts[6],
    })
    expect(hits[0]?.why).toContain('words')
    expect(hits[0]?.marks.map(([start, end]) => hits[0]?.snippet.slice(start, end))).toContain(
      'inspected every 400',
    )
  })

  it('finds other forms by their likeness, names by their words, and nonsense not at all', async () => {
    const { on, plans, access } = await library()
    await on.put({ chapterId: plans, name: 'x.pdf', texts: ['Kündigungsschreiben der Mieterin'] })
    await on.put({ chapterId: plans, name: 'Holiday Roster.xlsx', texts: [], kind: 'sheet' })
    const near = await find(on, access, 'Kuendigungschreiben Mieterinnen')
    expect(near.hits.map(({ why }) => why)).toEqual([['meaning']])
    const named = await find(on, access, 'holiday')
    expect(named.hits).toMatchObject([
      { name: 'Holiday Roster.xlsx', why: ['name'], locator: {}, snippet: '', marks: [] },
    ])
    expect((await find(on, access, 'qwertz uiopasdf')).hits).toEqual([])
  })

  it('names a document once, up to three places of it, and the reader’s own copy', async () => {
    const { on, plans, access } = await library()
    const other = await on.book('Other', 'Hidden')
    const texts = Array.from({ length: 8 }, (_, i) => `turbine ${i}`)
    await on.put({ chapterId: other.chapters[0]!, name: 'theirs.pdf', texts })
    expect((await find(on, access, 'turbine')).total).toBe(0)
    await on.put({ chapterId: plans, name: 'mine.pdf', texts })
    const { hits, total } = await find(on, access, 'turbine')
    expect([total, hits.length]).toEqual([1, 3])
    expect(new Set(hits.map(({ name }) => name))).toEqual(new Set(['mine.pdf']))
    expect(new Set(hits.map(({ locator }) => locator.page)).size).toBe(3)
  })

  it('names every document of the reader that has the content, and counts them all', async () => {
    const { on, plans, money, access } = await library()
    await on.put({ chapterId: plans, name: 'first.pdf', texts: ['one turbine'] })
    await on.put({ chapterId: money, name: 'second.pdf', texts: ['one turbine'] })
    const { hits, total, facets } = await find(on, access, 'turbine')
    expect(hits.map(({ name }) => name).sort()).toEqual(['first.pdf', 'second.pdf'])
    expect([total, facets.kind[0]?.count]).toEqual([2, 2])
  })

  it('obeys phrases, exclusions and filters, whatever found it', async () => {
    const { on, work, plans, money, access } = await library()
    await on.put({ chapterId: plans, name: 'a.pdf', texts: ['annual report on steam'] })
    await on.put({
      chapterId: money,
      name: 'b.xlsx',
      kind: 'sheet',
      texts: ['report, annual steam draft'],
    })
    const names = async (text: string, change: Partial<SearchQuery> = {}) =>
      (await find(on, access, text, change)).hits.map(({ name }) => name).sort()
    expect(await names('annual report steam')).toEqual(['a.pdf', 'b.xlsx'])
    expect(await names('"annual report" steam')).toEqual(['a.pdf'])
    expect(await names('annual report steam -draft')).toEqual(['a.pdf'])
    expect(await names('steam', { kinds: ['sheet'] })).toEqual(['b.xlsx'])
    expect(await names('steam', { chapterIds: [plans] })).toEqual(['a.pdf'])
    expect(await names('steam', { bookIds: [work.id] })).toEqual(['a.pdf', 'b.xlsx'])
    expect(await names('steam', { bookIds: [newId()] })).toEqual([])
    expect(await names('steam', { to: 1 })).toEqual([])
    expect(await names('annual steam engine', { sort: 'exact' })).toEqual([])
    expect(await names('ste', { sort: 'exact' })).toEqual([])
  })

  it('orders by date when asked, and counts what it found', async () => {
    const { on, work, plans, money, access } = await library()
    for (const [i, name] of ['old.pdf', 'mid.pdf', 'new.pdf'].entries()) {
      const texts = [`steam ${'steam '.repeat(3 - i)}`]
      await on.put({ chapterId: i === 1 ? money : plans, name, texts })
      on.ports.clock.advance(20 * 24 * 3_600_000)
    }
    await on.put({ chapterId: plans, name: 'waiting.pdf', texts: ['steam'], waits: true })
    const { hits, facets, total, pendingDocuments } = await find(on, access, 'steam', {
      sort: 'newest',
    })
    expect(hits.map(({ name }) => name)).toEqual(['new.pdf', 'mid.pdf', 'old.pdf'])
    expect([total, pendingDocuments]).toEqual([3, 1])
    expect(facets).toEqual({
      kind: [{ value: 'pdf', count: 3 }],
      book: [{ id: work.id, name: 'Work', count: 3 }],
      changed: [
        { value: 'month', count: 1 },
        { value: 'year', count: 3 },
      ],
    })
  })

  it('pages through all hits once, and knows a marker of another search', async () => {
    const { on, plans, access } = await library()
    for (let i = 0; i < 7; i++) {
      await on.put({ chapterId: plans, name: `${i}.pdf`, texts: [`steam number ${i}`] })
    }
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await find(on, access, 'steam', { limit: 3, ...(cursor && { cursor }) })
      seen.push(...page.hits.map(({ name }) => name))
      cursor = page.nextCursor
    } while (cursor)
    expect(seen.sort()).toEqual(Array.from({ length: 7 }, (_, i) => `${i}.pdf`))
    const { nextCursor } = await find(on, access, 'steam', { limit: 3 })
    for (const stolen of [nextCursor ?? '', 'nonsense', '']) {
      const asked = find(on, access, 'number', { cursor: stolen })
      await expect(asked).rejects.toMatchObject({ code: 'bad_request', reason: 'CURSOR' })
    }
  })

  it('says of a hit that its file was read only in part, and what of it; of others nothing', async () => {
    const { on, plans, access } = await library()
    const { jobs } = on.ports.catalog
    await on.put({ chapterId: plans, name: 'Torn survey.pdf', texts: ['Buoys of the harbour'] })
    const coverage = { unit: 'page' as const, done: 17, total: 20, missing: ['page 3: damaged'] }
    const extract = { step: 'extract' as const, stepVersion: 2, priority: 40 }
    for (const result of [
      { state: 'done' as const, facts: {}, next: [extract] },
      {
        state: 'partial' as const,
        facts: { wordCount: 4 },
        coverage,
        reason: 'PAGES_NOT_READ',
        next: [],
      },
    ]) {
      const job = await jobs.take('w', ['probe', 'extract'], 60_000, on.ports.clock.now())
      await jobs.finish(job?.id ?? '', 'w', result, on.ports.clock.now())
    }
    await on.put({
      chapterId: plans,
      name: 'Whole.pdf',
      texts: ['The buoys of the harbour, whole'],
    })
    const { hits } = await find(on, access, 'buoys harbour')
    expect(hits.map(({ name, unread }) => [name, unread])).toEqual(
      expect.arrayContaining([
        ['Torn survey.pdf', { isPartly: true, coverage, reason: 'PAGES_NOT_READ' }],
        ['Whole.pdf', undefined],
      ]),
    )
  })

  it('refuses what is out of bounds', async () => {
    const { on, access } = await library()
    const refused = (change: Partial<SearchQuery>) =>
      expect(find(on, access, 'x', change)).rejects.toMatchObject({ code: 'bad_request' })
    await refused({ limit: 0 })
    await refused({ limit: 101 })
    await refused({ text: 'x'.repeat(600) })
    await refused({ chapterIds: ["x' OR '1'='1"] })
    await refused({ bookIds: ['"'] })
  })

  it('answers by words, and says so, when the search by meaning fails', async () => {
    const { on, plans, access } = await library()
    await on.put({ chapterId: plans, name: 'a.pdf', texts: ['steam'] })
    const embedder = {
      ...on.ports.embedder,
      embed: () => Promise.reject(new AppError('unavailable', 'The model is gone.')),
    }
    const { hits, degraded } = await search({ ...on.ports, embedder }, access, {
      text: 'steam',
      sort: 'best',
      limit: 5,
    })
    expect(hits).toHaveLength(1)
    expect(degraded?.message).toBe('The model is gone.')
    expect((await find(on, access, 'steam')).degraded).toBeUndefined()
  })

  it('tells of books that keep their contents in the house to administrators alone', async () => {
    const { on, plans, access } = await library()
    await on.put({ chapterId: plans, name: 'a.pdf', texts: ['steam'] })
    const ports = { ...on.ports, embedder: { ...on.ports.embedder, leavesTheHouse: true } }
    const query = { text: 'steam', sort: 'best', limit: 5 } as const
    const { hits, degraded } = await search(ports, access, query)
    expect(hits).toHaveLength(1)
    expect(degraded?.message).toMatch(/words alone answer/)
    expect(degraded?.message).not.toMatch(/book|house|leave/)
    const actor = { ...access.actor, orgRole: 'admin', scopes: ['read', 'admin'] } as const
    const chief = { ...access, actor: { ...actor, scopes: [...actor.scopes] } }
    expect((await search(ports, chief, query)).degraded?.message).toMatch(/not every book/)
    const some = { ...chief, actor: { ...chief.actor, bookIds: [newId()] } }
    expect((await search(ports, some, query)).degraded?.message).not.toMatch(/book/)
  })

  it('follows moves, trash, restores and grants at once', async () => {
    const { on, work, plans, money, access, reader } = await library()
    const { documentId, digest } = await on.put({
      chapterId: plans,
      name: 'a.pdf',
      texts: ['steam'],
    })
    const narrow = await on.person('narrow')
    await on.grant(narrow, work.id, money)
    const found = async (who: Access) => (await find(on, who, 'steam')).total
    const by = { traceId: 't', now: 1 }
    const { library: books } = on.ports.catalog
    expect([await found(access), await found(await on.access(narrow))]).toEqual([1, 0])
    await books.move('all', documentId, { chapterId: money }, by)
    await reindexPointers(on.ports, digest)
    expect([await found(access), await found(await on.access(narrow))]).toEqual([1, 1])
    await books.trash('all', documentId, by)
    expect(await found(access)).toBe(0)
    await reindexPointers(on.ports, digest)
    await books.restore('all', documentId, by)
    await reindexPointers(on.ports, digest)
    expect(await found(access)).toBe(1)
    const grants = await books.grantsOn(work.id)
    for (const { id, userId } of grants) if (userId === reader) await books.removeGrant(id)
    expect(await found(await on.access(reader))).toBe(0)
  })
})
