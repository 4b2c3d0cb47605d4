import { expect, it } from 'vitest'
import { lancedbVectorIndex } from '../../adapters/lancedb/vector-index.ts'
import { type SearchWorld, searchWorld } from '../../tests/search-world.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import type { Digest } from '../digest.ts'
import { reindexPointers } from './relink.ts'
import { search } from './search.ts'
import { foldedWords } from './words.ts'

const QUERIES = 200
const WORDS = Array.from(
  { length: 24 },
  (_, i) => `${'abcdefghijkl'[i % 12]}${'xyz'[i % 3]}word${i}`,
)

/** What the test itself knows of a document, against which every answer is held. */
interface ModelDocument {
  id: string
  digest: Digest
  name: string
  text: string
  chapterId: string
  waits: boolean
  trashed: boolean
}

it('E1 vector-acl: shows nobody anything of what they may not read, in 200 random searches', async () => {
  const random = seeded(20_261_121)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const on = await searchWorld(async () => lancedbVectorIndex({ uri: await temporaryFolder() }))
  const bookOf = new Map<string, string>()
  for (const name of ['One', 'Two', 'Three']) {
    const book = await on.book(name, 'A', 'B')
    for (const chapter of book.chapters) bookOf.set(chapter, book.id)
  }
  const chapters = [...bookOf.keys()]
  const people = await Promise.all(['ann', 'bob', 'cy', 'di'].map((name) => on.person(name)))
  const contents = Array.from({ length: 20 }, () => Array.from({ length: 4 }, () => pick(WORDS)))
  const documents: ModelDocument[] = []
  for (let i = 0; i < 45; i++) {
    const text = pick(contents).join(' ')
    const file = {
      chapterId: pick(chapters),
      name: `${pick(WORDS)} ${i}.pdf`,
      waits: random() < 0.1,
    }
    const { documentId, digest } = await on.put({ ...file, texts: [text] })
    documents.push({ ...file, id: documentId, digest, text, trashed: false })
  }
  for (let i = 0; i < QUERIES; i++) {
    await change(on, { documents, chapters, people, bookOf, pick })
    const person = pick(people)
    const access = await on.access(person)
    const seen = documents.filter(
      ({ chapterId, trashed }) => !trashed && access.roleIn(chapterId) !== undefined,
    )
    const word = pick(WORDS)
    const { hits, total, facets, pendingDocuments } = await search(on.ports, access, {
      text: word,
      sort: pick(['best', 'exact', 'newest'] as const),
      limit: 100,
    })
    const findable = seen.filter(({ waits }) => !waits)
    for (const hit of hits) {
      expect(findable.find(({ id }) => id === hit.documentId)).toMatchObject({
        name: hit.name,
        chapterId: hit.chapterId,
      })
    }
    const holding = findable.filter(({ text, name }) =>
      foldedWords(`${text} ${name}`).includes(word),
    )
    const got = new Set(hits.map(({ documentId }) => documentId))
    for (const { id } of holding) expect(got).toContain(id)
    expect(total).toBe(got.size)
    expect(facets.book.reduce((sum, { count }) => sum + count, 0)).toBe(total)
    for (const { id } of facets.book) expect(access.books.map((book) => book.id)).toContain(id)
    expect(pendingDocuments).toBe(seen.filter(({ waits }) => waits).length)
  }
}, 300_000)

interface Change {
  documents: ModelDocument[]
  chapters: string[]
  people: string[]
  bookOf: Map<string, string>
  pick<T>(from: readonly T[]): T
}

/** Grants, takes back, moves, trashes or restores something. */
async function change(
  { ports, grant }: SearchWorld,
  { documents, chapters, people, bookOf, pick }: Change,
): Promise<void> {
  const { library } = ports.catalog
  const by = { traceId: 't', now: ports.clock.now() }
  const chapterId = pick(chapters)
  const bookId = bookOf.get(chapterId) ?? ''
  const document = pick(documents)
  const changes = {
    grant: () => grant(pick(people), bookId, pick([chapterId, undefined])),
    revoke: async () => {
      const grants = [
        ...(await library.grantsOn(bookId)),
        ...(await library.grantsOn(bookId, chapterId)),
      ]
      for (const { id } of grants.slice(0, 2)) await library.removeGrant(id)
    },
    move: async () => {
      if (document.trashed) return
      await library.move('all', document.id, { chapterId }, by)
      document.chapterId = chapterId
      await reindexPointers(ports, document.digest)
    },
    trash: async () => {
      await library.trash('all', document.id, by)
      document.trashed = true
      await reindexPointers(ports, document.digest)
    },
    restore: async () => {
      document.name = (await library.restore('all', document.id, by)).name
      document.trashed = false
      await reindexPointers(ports, document.digest)
    },
  }
  await changes[pick(['grant', 'grant', 'revoke', 'move', 'trash', 'restore'] as const)]()
}

/** Numbers from 0 to 1 that only the seed decides (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
