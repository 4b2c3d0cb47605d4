import { mkdir, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { connect, type Table } from '@lancedb/lancedb'
import { countedReach, nearest, nearestBy, type Way } from '../adapters/lancedb/nearest.ts'
import { tableOf } from '../adapters/lancedb/rows.ts'
import { lancedbVectorIndex } from '../adapters/lancedb/vector-index.ts'
import { tinySpace } from '../tests/tiny-space.ts'
import {
  bookId,
  CHAPTERS,
  CHAPTERS_OF_BOOK,
  CHUNKS_OF_CONTENT,
  type Collection,
  chapterId,
  digestOf,
  exactly,
  makeCollection,
} from './rights-vectors.ts'

/*
 * What rights cost a search by meaning, and what they lose: recall of the first ten against an exact
 * search, and time against the same search without rights, for callers who see all, much, little.
 * And where the exact way overtakes the index. Rounds interleaved.
 *
 *   node bench/rights.ts <folder> [rows=1000000] [questions=60] [rounds=3]
 *
 * The folder keeps the index (1.6 GB a million), so that it is built once.
 */

const DIMENSION = 384
const K = 10
/** As many as a search of the product asks the index for. */
const K_OF_SEARCH = 100
const BATCH = 50_000

interface Caller {
  name: string
  places: 'all' | string[]
  sees(chapter: number): boolean
}

/** By whole books, as a search asks for them; a tenth of a percent is one chapter. */
const byBooks = (name: string, books: number): Caller => ({
  name,
  places: Array.from({ length: books }, (_, i) => bookId(i)),
  sees: (chapter) => chapter < books * CHAPTERS_OF_BOOK,
})

/** Every book but one, of which some chapters are seen. */
const allBut = (name: string, hidden: number): Caller => {
  const books = CHAPTERS / CHAPTERS_OF_BOOK - 1
  const whole = byBooks(name, books)
  const single = Array.from({ length: CHAPTERS_OF_BOOK - hidden }, (_, i) =>
    chapterId(books * CHAPTERS_OF_BOOK + i),
  )
  const sees = (chapter: number) => chapter < CHAPTERS - hidden
  return { name, places: [...(whole.places === 'all' ? [] : whole.places), ...single], sees }
}

const CALLERS: readonly Caller[] = [
  { name: 'without rights', places: 'all', sees: () => true },
  { name: '100 %', places: 'all', sees: () => true },
  allBut('all but 5 chapters', 5),
  byBooks('50 %', 50),
  byBooks('20 %', 20),
  byBooks('10 %', 10),
  byBooks('5 %', 5),
  byBooks('2 %', 2),
  byBooks('1 %', 1),
  { name: '0.1 %', places: [chapterId(0)], sees: (chapter) => chapter === 0 },
]

const [folder = '', rows = '1000000', questions = '60', rounds = '3'] = process.argv.slice(2)
if (folder === '') throw new Error('node bench/rights.ts <folder> [rows] [questions] [rounds]')
await mkdir(folder, { recursive: true })
const space = tinySpace(DIMENSION)
const collection = makeCollection(Number(rows), DIMENSION, Number(questions))
await build()
const db = await connect(folder, { readConsistencyInterval: 1 })
const table = await db.openTable(space.id)
const reach = countedReach()
const truth = collection.questions.map((question) =>
  exactly(collection, question, { among: CALLERS.map(({ sees }) => sees), k: K }),
)
console.log(`truth known; load ${loadavg()[0]?.toFixed(1)}`)
await report()
table.close()
db.close()

/** Rows go in by the engine's own bulk way; the indices are made by the adapter. */
async function build(): Promise<void> {
  const started = performance.now()
  const into = await connect(folder)
  if (!(await into.tableNames()).includes(space.id)) {
    let made: Table | undefined
    for (let row = 0; row < collection.rows; row += BATCH) {
      const batch = batchOf(collection, row)
      if (made) await made.add(batch)
      else made = await into.createTable(space.id, batch)
    }
    made?.close()
    console.log(`stored in ${seconds(started)} s`)
  }
  into.close()
  const index = await lancedbVectorIndex({ uri: folder })
  await index.optimize()
  await index.close()
  console.log(`${collection.rows} rows, indexed after ${seconds(started)} s`)
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(0)
}

function batchOf({ vectors, dimension, chapterOf, rows: all }: Collection, from: number) {
  const tables = []
  for (let row = from; row < Math.min(from + BATCH, all); row += CHUNKS_OF_CONTENT) {
    const content = row / CHUNKS_OF_CONTENT
    const chapter = chapterOf[content] ?? 0
    const of = Array.from({ length: Math.min(CHUNKS_OF_CONTENT, all - row) }, (_, ordinal) => ({
      ordinal,
      vector: vectors.subarray((row + ordinal) * dimension, (row + ordinal + 1) * dimension),
    }))
    const placeIds = [chapterId(chapter), bookId(Math.floor(chapter / CHAPTERS_OF_BOOK))]
    tables.push(tableOf({ dimension, digest: digestOf(content), rows: of, placeIds }))
  }
  const [first, ...rest] = tables
  if (!first) throw new Error('An empty batch.')
  return first.concat(...rest)
}

interface Figures {
  found: number
  times: number[]
}

async function report(): Promise<void> {
  const ways = ['product', 'whole index', 'exact'] as const
  const figures = new Map<string, Figures>()
  for (let round = 0; round <= Number(rounds); round++) {
    for (const [q, question] of collection.questions.entries()) {
      for (const [c, caller] of CALLERS.entries()) {
        for (const way of ways) {
          if (way === 'exact' && isWide(caller)) continue
          const timed = await ask(way, caller, question)
          // The first round only warms what caches there are.
          if (round === 0) continue
          const own = truth[q]?.[c] ?? []
          add(figures, `${caller.name} | ${way}`, timed, own)
        }
      }
    }
    console.log(`round ${round}, load ${loadavg()[0]?.toFixed(1)}`)
  }
  await tell(figures)
}

/** An exact search of a lot takes seconds, 65 times an index's where it is all. */
function isWide({ places }: Caller): boolean {
  return places === 'all' || places.length > 10
}

async function ask(way: Way | 'product', { places }: Caller, vector: Float32Array) {
  const asked = { vector, placeIds: places, k: K_OF_SEARCH }
  const started = performance.now()
  const hits = await (way === 'product'
    ? nearest(table, asked, reach)
    : nearestBy(way, table, asked))
  return { tookMs: performance.now() - started, hits }
}

function add(
  figures: Map<string, Figures>,
  name: string,
  { tookMs, hits }: Awaited<ReturnType<typeof ask>>,
  own: readonly number[],
): void {
  const known = figures.get(name) ?? { found: 0, times: [] }
  figures.set(name, known)
  const got = new Set(hits.slice(0, K).map(({ digest, ordinal }) => `${digest} ${ordinal}`))
  const isGot = (row: number) =>
    got.has(`${digestOf(Math.floor(row / CHUNKS_OF_CONTENT))} ${row % CHUNKS_OF_CONTENT}`)
  known.found += own.length === 0 ? 1 : own.filter(isGot).length / own.length
  known.times.push(tookMs)
}

async function tell(figures: Map<string, Figures>): Promise<void> {
  const at = (times: readonly number[], share: number) =>
    times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? 0
  const base = at(figures.get('without rights | product')?.times ?? [], 0.5)
  const lines = [...figures].map(([name, { found, times }]) => ({
    name,
    p50: round(at(times, 0.5)),
    p95: round(at(times, 0.95)),
    ratio: round(at(times, 0.5) / base),
    recall: Math.round((found / times.length) * 10_000) / 10_000,
    asked: times.length,
  }))
  console.table(lines)
  const file = join(
    import.meta.dirname,
    'results',
    `rights-${new Date().toISOString().slice(0, 10)}.json`,
  )
  await writeFile(
    file,
    `${JSON.stringify({ rows: collection.rows, load: loadavg(), lines }, null, 2)}\n`,
  )
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
