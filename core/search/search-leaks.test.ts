import { expect, it } from 'vitest'
import { lancedbVectorIndex } from '../../adapters/lancedb/vector-index.ts'
import { searchWorld } from '../../tests/search-world.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import type { Access } from '../access/access.ts'
import { search } from './search.ts'

const WORDS = 'harbour crane anchor rudder signal ballast compass lantern mooring tide'.split(' ')
const SORTS = ['best', 'exact', 'newest'] as const

/** A reader of one book of two, with documents that share words in different measure. */
async function shelves() {
  const on = await searchWorld(async () => lancedbVectorIndex({ uri: await temporaryFolder() }))
  const mine = await on.book('Mine', 'Open')
  const hidden = await on.book('Hidden', 'Secret')
  const [chapterId = ''] = mine.chapters
  const [secretId = ''] = hidden.chapters
  const reader = await on.person('reader')
  await on.grant(reader, mine.id)
  for (let i = 0; i < 12; i++) {
    // Words begin with the next one in each document and repeat in a pattern of their own.
    const words = WORDS.map((word, w) => `${word} `.repeat(1 + ((i * (w + 3)) % 4)))
    const texts = [words.slice(i % 5).join(''), `page two of ${WORDS[i % 10]} and more`]
    await on.put({ chapterId, name: `${WORDS[i % 10]} ${i}.pdf`, texts })
  }
  const access = await on.access(reader)
  const ask = async (text: string, sort: (typeof SORTS)[number], as: Access = access) =>
    search(on.ports, as, { text, sort, limit: 100 })
  return { ...on, chapterId, secretId, reader, access, ask }
}

it('E3 bm25-df-leak: hidden documents change no rank, snippet, count, facet or suggestion', async () => {
  const { put, chapterId: _, secretId, ask, ports, access } = await shelves()
  const questions = [
    ...WORDS,
    'harbour crane',
    'harbour anchor',
    'anchor signal',
    'crane "page two"',
    'anchor lantern tide',
    'harb',
    'harbor',
    'signal -rudder',
    'page',
  ]
  const told = async () => {
    const answers = []
    for (const sort of SORTS) for (const text of questions) answers.push(await ask(text, sort))
    const { visible } = access
    const listed = { sort: 'name', descending: false, limit: 100 } as const
    return {
      answers,
      names: (await ports.catalog.library.list(visible, listed)).items.map(({ name }) => name),
      counts: [...(await ports.catalog.library.counts(visible))],
      pending: await ports.catalog.passages.pending(visible),
    }
  }
  const before = await told()
  expect(before.answers.some(({ hits }) => hits.length > 3)).toBe(true)
  for (let i = 0; i < 30; i++) {
    const word = WORDS[i % WORDS.length] ?? ''
    const rest = WORDS.slice(i % 7).join(' ')
    // Full of one word, so that it is no longer rare; of all words; named like the reader's own.
    const texts = [`${`${word} `.repeat(40)}${i}`, `page two of ${rest} number ${i}`]
    await put({ chapterId: secretId, name: `${word} ${i % 12}.pdf`, texts, waits: i % 10 === 9 })
  }
  // Among the hidden one word is everywhere: by its numbers there it would tell nearly nothing any more.
  const common = Array.from({ length: 300 }, (_, i) => `anchor number ${i}`)
  await put({ chapterId: secretId, name: 'anchors.pdf', texts: common })
  // Another pointer to a content that the reader has, under another name.
  await put({ chapterId: secretId, name: 'harbour secret.pdf', texts: ['page of one tide'] })
  expect(await told()).toEqual(before)
}, 300_000)

it('E4 citation-names: of two pointers to a content everybody is told the own one', async () => {
  const { put, person, grant, book, chapterId, secretId, ask, access: mine } = await shelves()
  const texts = ['the beacon burns at night']
  const own = await put({ chapterId, name: 'own beacon.pdf', folder: 'lights', texts })
  const other = await put({ chapterId: secretId, name: 'merger plan.pdf', folder: 'deals', texts })
  expect(own.digest).toBe(other.digest)
  const third = await book('Third', 'Elsewhere')
  const stranger = await person('stranger')
  await grant(stranger, third.id)
  for (const sort of SORTS) {
    const { hits, total } = await ask('beacon', sort)
    expect(hits).toMatchObject([
      { documentId: own.documentId, name: 'own beacon.pdf', folder: 'lights', bookName: 'Mine' },
    ])
    expect(total).toBe(1)
    expect(JSON.stringify(hits)).not.toMatch(/merger|deals|Hidden|Secret/)
    expect((await ask('merger', sort)).hits.map(({ name }) => name)).not.toContain('own beacon.pdf')
  }
  expect(mine.books.map(({ name }) => name)).toEqual(['Mine'])
}, 120_000)

it('E2 filter-injection: what is typed is looked for as it stands', async () => {
  const { put, secretId, ask, ports, access } = await shelves()
  const texts = ['the vault combination']
  const secret = await put({ chapterId: secretId, name: 'vault.pdf', texts })
  const attacks = [
    'vault" OR "1"="1',
    "vault') OR true --",
    'vault OR chapters:*',
    '{text} : vault',
    'NEAR(vault combination, 5)',
    'vault*" OR rowid > 0 --',
    "\") OR array_has_any(places, make_array('x')) --",
    'ｖａｕｌｔ ＯＲ １＝１',
    'va\u0000ult',
    '"vault',
    '\u2019 OR \u201cvault\u201d',
  ]
  for (const attack of attacks) {
    for (const sort of SORTS) {
      const { hits } = await ask(attack, sort)
      expect(hits.map(({ documentId }) => documentId)).not.toContain(secret.documentId)
    }
    for (const filter of [{ bookIds: [attack] }, { chapterIds: [attack] }]) {
      const wish = { text: 'vault', sort: 'best' as const, limit: 10, ...filter }
      await expect(search(ports, access, wish)).rejects.toMatchObject({ code: 'bad_request' })
    }
    const kinds = { text: 'harbour', sort: 'best' as const, limit: 10, kinds: [attack] }
    expect((await search(ports, access, kinds)).hits).toEqual([])
  }
}, 120_000)
