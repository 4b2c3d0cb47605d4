import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtinEmbedder } from '../adapters/builtin/embedder.ts'
import { lancedbVectorIndex } from '../adapters/lancedb/vector-index.ts'
import { sqlCatalog } from '../adapters/sql/catalog.ts'
import { systemClock } from '../adapters/system/clock.ts'
import { type Access, resolveAccess } from '../core/access/access.ts'
import type { Digest } from '../core/digest.ts'
import { newId, newTraceId } from '../core/ids.ts'
import { search } from '../core/search/search.ts'
import { commitContent } from '../tests/commit-content.ts'
import { testKeys } from '../tests/test-keys.ts'
import { type Corpus, makeCorpus } from './search-corpus.ts'

/*
 * What rights cost a search: the same questions asked by somebody who sees everything, and by people
 * who see all, a tenth, a hundredth and a thousandth of it chapter by chapter. Rounds interleaved.
 *
 *   node bench/search.ts [documents=1000]     100 chunks each
 */

const CHUNKS = 100
const CHAPTERS = 100
const QUESTIONS = 40
const ROUNDS = 3

const size = { documents: Number(process.argv[2] ?? 1000), chunks: CHUNKS, questions: QUESTIONS }
const root = await mkdtemp(join(tmpdir(), 'onefold-bench-'))
const embedder = builtinEmbedder()
const catalog = sqlCatalog(join(root, 'catalog.sqlite'), testKeys)
await catalog.migrate()
const index = await lancedbVectorIndex({ uri: join(root, 'index') })
const ports = { catalog, index, embedder, clock: systemClock }
try {
  const corpus = makeCorpus(size)
  print(await measure(corpus, await fill(corpus)))
} finally {
  await index.close()
  await catalog.close()
  await rm(root, { recursive: true, force: true })
}

interface Filled {
  callers: Map<string, Access>
  /** Chapter of each document. */
  placed: string[]
}

/** Stores the corpus, a chapter in turn to each document, and one document in a chapter alone. */
async function fill({ documents }: Corpus): Promise<Filled> {
  const { library, people } = catalog
  const book = await library.createBook({ id: newId(), name: 'Bench', createdAt: 0 })
  const chapters: string[] = []
  for (let i = 0; i <= CHAPTERS; i++) {
    const chapter = { id: newId(), bookId: book.id, name: `Chapter ${i}`, createdAt: 0 }
    chapters.push((await library.createChapter(chapter)).id)
  }
  const owner = await person('owner')
  const started = performance.now()
  const placed = documents.map((_, i) => chapters[i === 0 ? CHAPTERS : i % CHAPTERS] ?? '')
  for (const [i, texts] of documents.entries()) {
    await store({ owner, chapterId: placed[i] ?? '', name: `document ${i}.txt`, texts })
  }
  await index.optimize()
  const seconds = (performance.now() - started) / 1000
  console.log(`${documents.length * CHUNKS} chunks, stored in ${seconds.toFixed(0)} s`)

  const callers = new Map([['everything', await accessOf(owner, 'admin')]])
  const shares = {
    'all, by chapter': CHAPTERS + 1,
    '50 %': CHAPTERS / 2,
    '10 %': CHAPTERS / 10,
    '1 %': 1,
  }
  for (const [share, count] of Object.entries(shares)) {
    callers.set(share, await reader(share, book.id, chapters.slice(0, count)))
  }
  callers.set('one document', await reader('one', book.id, chapters.slice(CHAPTERS)))
  return { callers, placed }

  async function person(name: string): Promise<string> {
    const id = newId()
    const user = { id, username: name, displayName: name, createdAt: 0 }
    await people.createUser({ ...user, orgRole: 'member' })
    return id
  }

  async function reader(name: string, bookId: string, chapterIds: string[]): Promise<Access> {
    const userId = await person(name)
    for (const chapterId of chapterIds) {
      const grant = {
        id: newId(),
        bookId,
        chapterId,
        userId,
        role: 'viewer',
        createdAt: 0,
      } as const
      await library.putGrant(grant)
    }
    return accessOf(userId, 'member')
  }
}

function accessOf(userId: string, orgRole: 'admin' | 'member'): Promise<Access> {
  return resolveAccess(ports, {
    userId,
    username: userId,
    displayName: userId,
    orgRole,
    scopes: ['read'],
    traceId: newTraceId(),
  })
}

async function store(file: {
  owner: string
  chapterId: string
  name: string
  texts: string[]
}): Promise<void> {
  const digest = createHash('sha256').update(file.texts.join('\n')).digest('hex') as Digest
  const input = {
    versionId: newId(),
    jobId: newId(),
    documentId: newId(),
    chapterId: file.chapterId,
    folder: '',
    name: file.name,
    onConflict: 'version' as const,
    digest,
    sizeBytes: 1,
    createdBy: file.owner,
    door: 'api' as const,
    traceId: newTraceId(),
    now: Date.now(),
  }
  await commitContent(catalog.ingest, input)
  const chunks = file.texts.map((text, ordinal) => ({
    ordinal,
    text,
    locator: { line: ordinal + 1 },
  }))
  await catalog.passages.replace(digest, chunks)
  const vectors = await embedder.embed(file.texts)
  const rows = vectors.map((vector, ordinal) => ({ ordinal, vector }))
  await index.of(embedder.space).upsert(digest, rows, await catalog.passages.placesOf(digest))
  await catalog.ingest.markLinked(input.versionId, Date.now())
}

interface Figures {
  times: number[]
  found: number
  asked: number
}

async function measure(
  { questions }: Corpus,
  { callers, placed }: Filled,
): Promise<Map<string, Figures>> {
  const figures = new Map<string, Figures>()
  for (const name of callers.keys()) figures.set(name, { times: [], found: 0, asked: 0 })
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { text, document } of questions) {
      for (const [name, access] of callers) {
        const started = performance.now()
        const { hits } = await search(ports, access, { text, sort: 'best', limit: 10 })
        const figure = figures.get(name)
        // The first round only warms what caches there are.
        if (!figure || round === 0) continue
        figure.times.push(performance.now() - started)
        if (!access.roleIn(placed[document] ?? '')) continue
        figure.asked++
        if (hits.some((hit) => hit.name === `document ${document}.txt`)) figure.found++
      }
    }
  }
  return figures
}

function print(figures: Map<string, Figures>): void {
  const at = (times: number[], share: number) =>
    times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? 0
  const base = at(figures.get('everything')?.times ?? [], 0.5)
  console.table(
    Object.fromEntries(
      [...figures].map(([name, { times, found, asked }]) => [
        name,
        {
          'p50 ms': at(times, 0.5).toFixed(1),
          'p95 ms': at(times, 0.95).toFixed(1),
          ratio: (at(times, 0.5) / base).toFixed(2),
          'known item in ten': asked > 0 ? (found / asked).toFixed(2) : '-',
        },
      ]),
    ),
  )
}
