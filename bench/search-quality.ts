import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtinEmbedder } from '../adapters/builtin/embedder.ts'
import { lancedbVectorIndex } from '../adapters/lancedb/vector-index.ts'
import { sqlCatalog } from '../adapters/sql/catalog.ts'
import { systemClock } from '../adapters/system/clock.ts'
import { resolveAccess } from '../core/access/access.ts'
import { newId, newTraceId } from '../core/ids.ts'
import { KINDS_OF_QUESTION, makeKnownItems } from '../scripts/known-items.ts'
import { ask, type Judged, meanRanks, reciprocalRank, storeKnown } from '../tests/search-quality.ts'
import { testKeys } from '../tests/test-keys.ts'

/*
 * How well the right document is found: mean reciprocal rank at 10 of words alone, vectors alone
 * (the built-in embedder) and both fused, for questions whose answer is known. Work on the
 * development half; judge by the held-out one, of which no word is in the other.
 *
 *   npm run bench:search-quality [documents=80] [asked=24]     of each language and half
 */

const [documents = 80, asked = 24] = process.argv.slice(2).map(Number)
const items = makeKnownItems({ documents, asked })
const root = await mkdtemp(join(tmpdir(), 'onefold-bench-'))
const embedder = builtinEmbedder()
const catalog = sqlCatalog(join(root, 'catalog.sqlite'), testKeys)
await catalog.migrate()
const index = await lancedbVectorIndex({ uri: join(root, 'index') })
const ports = { catalog, index, embedder, clock: systemClock }
try {
  print(await judge())
} finally {
  await index.close()
  await catalog.close()
  await rm(root, { recursive: true, force: true })
}

async function judge(): Promise<Judged[]> {
  const owner = { id: newId(), username: 'bench', displayName: 'Bench', createdAt: 0 }
  await catalog.people.createUser({ ...owner, orgRole: 'admin' })
  const book = await catalog.library.createBook({ id: newId(), name: 'Bench', createdAt: 0 })
  const chapter = { id: newId(), bookId: book.id, name: 'Bench', createdAt: 0 }
  await catalog.library.createChapter(chapter)
  const access = await resolveAccess(ports, {
    userId: owner.id,
    username: owner.username,
    displayName: owner.displayName,
    orgRole: 'admin',
    scopes: ['read'],
    traceId: newTraceId(),
  })
  await storeKnown(ports, { chapterId: chapter.id, createdBy: owner.id }, items.documents)
  await index.optimize()
  const judged: Judged[] = []
  for (const question of items.questions) {
    const { words, vectors, fused } = await ask(ports, access, question.text)
    const rank = (names: string[]) =>
      reciprocalRank(names, items.documents[question.document]?.name ?? '')
    const ranks = { words: rank(words), vectors: rank(vectors), fused: rank(fused) }
    judged.push({ ...question, ranks })
  }
  return judged
}

function print(judged: readonly Judged[]): void {
  console.log(`${items.documents.length} documents, ${judged.length} questions; MRR@10`)
  for (const half of ['development', 'held-out'] as const) {
    const mine = judged.filter((each) => each.half === half)
    const row = (some: Judged[]) => {
      const { words, vectors, fused } = meanRanks(some)
      const show = (value: number) => value.toFixed(3)
      return {
        questions: some.length,
        words: show(words),
        vectors: show(vectors),
        fused: show(fused),
      }
    }
    const groups = {
      ...Object.fromEntries(
        KINDS_OF_QUESTION.map((kind) => [kind, row(mine.filter((each) => each.kind === kind))]),
      ),
      ...Object.fromEntries(
        (['en', 'de', 'fr'] as const).map((language) => [
          language,
          row(mine.filter((each) => each.language === language)),
        ]),
      ),
      all: row(mine),
    }
    console.log(`\n${half}`)
    console.table(groups)
  }
}
