import { describe, expect, it } from 'vitest'
import type { Visible } from '../../core/access/access.ts'
import type { Digest } from '../../core/digest.ts'
import type { PointerFilter, WordsQuery } from '../../core/ports/index.ts'
import { type SearchWorld, searchWorld } from '../../tests/search-world.ts'
import { seededCatalog } from '../../tests/seeded-catalog.ts'
import { plansOf } from '../../tests/statement-plans.ts'
import { sqlPassages } from './passages.ts'

const query = (change: Partial<WordsQuery>): WordsQuery => ({
  terms: [],
  phrases: [],
  excluded: [],
  ...change,
})

/** Texts found, best first. */
async function textsFor(
  { ports }: SearchWorld,
  asked: Partial<WordsQuery> | string,
  visible: Visible = 'all',
  filter: PointerFilter = {},
): Promise<string[]> {
  const { passages } = ports.catalog
  const wish = typeof asked === 'string' ? { terms: asked.split(' ') } : asked
  const keys = await passages.words(query(wish), visible, filter, 10)
  return (await passages.get(keys)).map(({ text }) => text)
}

describe('words in passages', () => {
  it('are found whatever case, accents and punctuation they are written with', async () => {
    const on = await searchWorld()
    const { chapters } = await on.book('Work', 'Plans')
    const text = 'Die Prüfung der Straße „INV-2024/7“ ist abgeschlossen'
    await on.put({ chapterId: chapters[0]!, name: 'a.pdf', texts: [text] })
    for (const asked of ['prufung', 'STRASSE', 'inv-2024/7', 'abgeschlossen PRÜFUNG']) {
      expect(await textsFor(on, asked), asked).toEqual([text])
    }
    expect(await textsFor(on, { phrases: ['der strasse'] })).toEqual([text])
    expect(await textsFor(on, { phrases: ['strasse der'] })).toEqual([])
  })

  it('all come before some, and whole ones before beginnings', async () => {
    const on = await searchWorld()
    const { chapters } = await on.book('Work', 'Plans')
    const texts = ['budgets of annually', 'the annual budget', 'annual weather', 'tea']
    await on.put({ chapterId: chapters[0]!, name: 'a.pdf', texts })
    expect(await textsFor(on, 'annual budget')).toEqual([texts[1], texts[0], texts[2]])
  })

  it('leave out what holds an excluded one', async () => {
    const on = await searchWorld()
    const { chapters } = await on.book('Work', 'Plans')
    await on.put({
      chapterId: chapters[0]!,
      name: 'a.pdf',
      texts: ['budget draft', 'budget final'],
    })
    expect(await textsFor(on, { terms: ['budget'], excluded: ['draft'] })).toEqual(['budget final'])
    expect(await textsFor(on, { excluded: ['draft'] })).toEqual([])
  })

  it('of the query are never operators of the engine', async () => {
    const on = await searchWorld()
    const { chapters } = await on.book('Work', 'Plans')
    await on.put({ chapterId: chapters[0]!, name: 'a.pdf', texts: ['near or and not words scope'] })
    const wild = [
      '"',
      '*',
      'words:',
      'a" OR "b',
      'NEAR(near or)',
      ') OR (',
      '^near',
      "'",
      '\u0000',
      '{scope}:x',
    ]
    for (const term of wild) {
      await expect(textsFor(on, { terms: [term] })).resolves.toBeInstanceOf(Array)
      await expect(textsFor(on, { phrases: [term], excluded: [term] })).resolves.toBeInstanceOf(
        Array,
      )
    }
    expect(await textsFor(on, { terms: ['x" OR scope:"anywhere'] })).toEqual([])
    expect(await textsFor(on, { terms: ['AND', 'NOT'] })).toHaveLength(1)
  })

  it('are found one by one in scripts without spaces', async () => {
    const on = await searchWorld()
    const { chapters } = await on.book('Work', 'Plans')
    await on.put({ chapterId: chapters[0]!, name: 'a.pdf', texts: ['本社は東京都にあります'] })
    expect(await textsFor(on, '東京')).toHaveLength(1)
    expect(await textsFor(on, '京東')).toHaveLength(0)
  })

  it('are found in the chapters one may see only, and follow a document that moves', async () => {
    const on = await searchWorld()
    const { id, chapters } = await on.book('Work', 'Plans', 'Money')
    const [plans, money] = chapters as [string, string]
    const { documentId, digest } = await on.put({
      chapterId: plans,
      name: 'a.pdf',
      texts: ['apple'],
    })
    const seen = async () => [
      (await textsFor(on, 'apple', [plans])).length,
      (await textsFor(on, 'apple', [money])).length,
      (await textsFor(on, 'apple')).length,
    ]
    expect(await seen()).toEqual([1, 0, 1])
    const by = { traceId: 't', now: 1 }
    await on.ports.catalog.library.move('all', documentId, { chapterId: money }, by)
    expect(await on.ports.catalog.passages.rescope(digest)).toEqual([id, money].sort())
    expect(await seen()).toEqual([0, 1, 1])
    await on.ports.catalog.library.trash('all', documentId, by)
    await on.ports.catalog.passages.rescope(digest)
    expect(await seen()).toEqual([0, 0, 0])
    await on.ports.catalog.library.restore('all', documentId, by)
    await on.ports.catalog.passages.rescope(digest)
    expect(await seen()).toEqual([0, 1, 1])
    expect(await textsFor(on, 'apple', [])).toEqual([])
    expect(await textsFor(on, 'apple', [plans], { chapterIds: [money] })).toEqual([])
  })

  it('are filtered by kind, book and date before they are counted to the limit', async () => {
    const on = await searchWorld()
    const work = await on.book('Work', 'Plans')
    const home = await on.book('Home', 'Garden')
    const start = on.ports.clock.now()
    await on.put({ chapterId: work.chapters[0]!, name: 'a.pdf', texts: ['apple one'] })
    for (let i = 0; i < 12; i++) {
      const texts = [`apple apple ${i}`]
      await on.put({ chapterId: home.chapters[0]!, name: `${i}.xlsx`, kind: 'sheet', texts })
    }
    const only = (filter: PointerFilter) => textsFor(on, 'apple', 'all', filter)
    expect(await only({ kinds: ['pdf'] })).toEqual(['apple one'])
    expect(await only({ bookIds: [work.id] })).toEqual(['apple one'])
    expect(await only({ to: start + 500 })).toEqual(['apple one'])
    expect(await only({ from: start + 500 })).toHaveLength(10)
    await expect(only({ chapterIds: ['x" OR "anywhere'] })).rejects.toMatchObject({
      code: 'bad_request',
    })
  })

  it('rank the same whatever others store, seen or unseen', async () => {
    const on = await searchWorld()
    const work = await on.book('Work', 'Plans')
    const other = await on.book('Other', 'Secrets')
    const [plans, secrets] = [work.chapters[0]!, other.chapters[0]!]
    const mine = ['apple apple pear', 'pear pear apple', 'pear', 'pear plum', 'apple']
    await on.put({ chapterId: plans, name: 'mine.pdf', texts: mine })
    const before = [
      await textsFor(on, 'apple pear', [plans]),
      await textsFor(on, 'apple pear zebra', [plans]),
    ]
    const hidden = Array.from({ length: 60 }, (_, i) => `apple zebra ${i}`)
    await on.put({ chapterId: secrets, name: 'theirs.pdf', texts: hidden })
    const after = [
      await textsFor(on, 'apple pear', [plans]),
      await textsFor(on, 'apple pear zebra', [plans]),
    ]
    expect(after).toEqual(before)
    // The statistics do count: among one's own, the word that became common weighs less.
    expect(await textsFor(on, 'apple pear', 'all')).not.toEqual(before[0])
  })

  it('go when their chunks go', async () => {
    const on = await searchWorld()
    const { chapters } = await on.book('Work', 'Plans')
    const { digest } = await on.put({
      chapterId: chapters[0]!,
      name: 'a.pdf',
      texts: ['apple', 'pear'],
    })
    await on.ports.catalog.passages.replace(digest, [{ ordinal: 0, text: 'plum', locator: {} }])
    expect(await textsFor(on, 'apple')).toEqual([])
    expect(await textsFor(on, 'plum')).toEqual(['plum'])
    await on.ports.catalog.passages.replace(digest, [])
    expect(await textsFor(on, 'plum')).toEqual([])
    expect(await on.ports.catalog.passages.of(digest)).toEqual([])
  })
})

describe('names of documents', () => {
  const namesFor = async (
    { ports }: SearchWorld,
    terms: string,
    visible: Visible = 'all',
    filter: PointerFilter = {},
  ) => {
    const { passages } = ports.catalog
    const ids = await passages.names(query({ terms: terms.split(' ') }), visible, filter, 10)
    const pointers = await passages.pointersOf(ids, visible, filter)
    return ids.map((id) => pointers.find(({ documentId }) => documentId === id)?.name)
  }

  it('are found by their words, beginnings, inner words and folders', async () => {
    const on = await searchWorld()
    const { chapters } = await on.book('Work', 'Plans')
    const chapterId = chapters[0]!
    await on.put({ chapterId, name: 'Q3ReportFinal_v2.pdf', texts: [], folder: 'Überblick/2024' })
    await on.put({ chapterId, name: 'holiday.jpg', texts: ['x'] })
    for (const asked of ['q3reportfinal', 'report', 'repo', 'final report', 'uberblick', '2024']) {
      expect(await namesFor(on, asked), asked).toEqual(['Q3ReportFinal_v2.pdf'])
    }
    expect(await namesFor(on, 'zebra')).toEqual([])
    expect(await namesFor(on, 'what was in the long missing report')).toEqual([])
  })

  it('are filtered before they are counted to the limit', async () => {
    const on = await searchWorld()
    const { chapters } = await on.book('Work', 'Plans')
    const chapterId = chapters[0]!
    await on.put({ chapterId, name: 'report.pdf', texts: ['the oldest'] })
    for (let i = 0; i < 12; i++) {
      await on.put({ chapterId, name: `report ${i}.xlsx`, kind: 'sheet', texts: [`sheet ${i}`] })
    }
    await on.put({ chapterId, name: 'report waits.pdf', texts: ['not yet'], waits: true })
    expect(await namesFor(on, 'report', 'all', { kinds: ['pdf'] })).toEqual(['report.pdf'])
    expect(await namesFor(on, 'report')).toHaveLength(10)
  })

  it('are found under their new name, in their new place, and not in the trash', async () => {
    const on = await searchWorld()
    const { chapters } = await on.book('Work', 'Plans', 'Money')
    const [plans, money] = chapters as [string, string]
    const { documentId } = await on.put({ chapterId: plans, name: 'draft.pdf', texts: ['x'] })
    const by = { traceId: 't', now: 1 }
    const { library } = on.ports.catalog
    await library.move('all', documentId, { chapterId: money, name: 'contract.pdf' }, by)
    expect(await namesFor(on, 'draft')).toEqual([])
    expect(await namesFor(on, 'contract', [plans])).toEqual([])
    expect(await namesFor(on, 'contract', [money])).toEqual(['contract.pdf'])
    expect(await namesFor(on, 'contract', [money], { kinds: ['sheet'] })).toEqual([])
    await library.trash('all', documentId, by)
    expect(await namesFor(on, 'contract')).toEqual([])
    await library.purge('all', documentId, by)
    expect(await namesFor(on, 'contract')).toEqual([])
  })
})

describe('pointers', () => {
  it('are read from the contents and documents asked for, not from all in sight', async () => {
    const { db, first } = await seededCatalog()
    const passages = sqlPassages(db)
    const visible = [first.chapterId]
    const filter = { bookIds: [first.bookId], chapterIds: visible, kinds: ['pdf'], from: 1 }
    const plans = await plansOf(db, async () => {
      await passages.pointers([first.bookId as Digest], visible, filter)
      await passages.pointersOf([first.bookId], visible, filter)
    })
    expect(plans).toHaveLength(2)
    for (const { plan } of plans) {
      expect(plan).not.toMatch(/SEARCH d USING INDEX documents_|SCAN (d|v|b)\b/)
    }
  })

  it('are current, released, untrashed documents in sight only', async () => {
    const on = await searchWorld()
    const { id, chapters } = await on.book('Work', 'Plans', 'Money')
    const [plans, money] = chapters as [string, string]
    const texts = ['same']
    const { digest } = await on.put({ chapterId: plans, name: 'a.pdf', texts })
    await on.put({ chapterId: money, name: 'b.pdf', texts })
    await on.put({ chapterId: plans, name: 'waiting.pdf', texts, waits: true })
    const { passages } = on.ports.catalog
    const names = async (visible: Visible) =>
      (await passages.pointers([digest], visible, {})).map(({ name }) => name).sort()
    expect(await names('all')).toEqual(['a.pdf', 'b.pdf'])
    expect(await names([plans])).toEqual(['a.pdf'])
    expect(await names([])).toEqual([])
    expect(await passages.placesOf(digest)).toEqual([id, plans, money].sort())
    expect([await passages.pending('all'), await passages.pending([money])]).toEqual([1, 0])
    await on.put({ chapterId: plans, name: 'a.pdf', texts: ['newer'] })
    expect(await names('all')).toEqual(['b.pdf'])
  })
})
