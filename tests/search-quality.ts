import { createHash } from 'node:crypto'
import type { Access } from '../core/access/access.ts'
import type { Digest } from '../core/digest.ts'
import { newId, newTraceId } from '../core/ids.ts'
import { splitParts } from '../core/pipeline/split.ts'
import type { Embedder, Ports } from '../core/ports/index.ts'
import { findMeaning } from '../core/search/find-meaning.ts'
import { parseQuery } from '../core/search/parse-query.ts'
import { search } from '../core/search/search.ts'
import type { KnownDocument, KnownQuestion } from '../scripts/known-items.ts'
import { commitContent } from './commit-content.ts'

type Stores = Pick<Ports, 'catalog' | 'index' | 'embedder' | 'clock'>

/** Ways to answer a question: fused is the product's search, the others are its halves. */
export const WAYS = ['words', 'vectors', 'fused'] as const
export type Way = (typeof WAYS)[number]

/** Names of the documents that a way finds, best first, ten at most. */
export type Answers = Record<Way, string[]>

const PAGE = 10

/** Stores documents as if they had been read, and lets them be found. Vectors come from the embedder. */
export async function storeKnown(
  { catalog, index, embedder }: Stores,
  place: { chapterId: string; createdBy: string },
  documents: readonly KnownDocument[],
): Promise<void> {
  for (const [now, { name, text }] of documents.entries()) {
    const digest = createHash('sha256').update(text).digest('hex') as Digest
    const input = {
      ...place,
      versionId: newId(),
      jobId: newId(),
      documentId: newId(),
      folder: '',
      name,
      onConflict: 'version' as const,
      digest,
      sizeBytes: text.length,
      door: 'api' as const,
      traceId: newTraceId(),
      now,
    }
    await commitContent(catalog.ingest, input)
    const chunks = splitParts([{ text, locator: { line: 1 } }])
    await catalog.passages.replace(digest, chunks)
    const vectors = await embedder.embed(chunks.map((chunk) => chunk.text))
    const rows = vectors.map((vector, ordinal) => ({ ordinal, vector }))
    await index.of(embedder.space).upsert(digest, rows, await catalog.passages.placesOf(digest))
    await catalog.ingest.markLinked(input.versionId, now)
  }
}

/** Asks in every way. */
export async function ask(ports: Stores, access: Access, text: string): Promise<Answers> {
  const silent = { ...ports, embedder: saysNothing(ports.embedder) }
  return {
    words: await found(silent, access, text),
    vectors: await near(ports, access, text),
    fused: await found(ports, access, text),
  }
}

async function found(ports: Stores, access: Access, text: string): Promise<string[]> {
  const { hits } = await search(ports, access, { text, sort: 'best', limit: 3 * PAGE })
  return firstTen(hits.map(({ name }) => name))
}

async function near(ports: Stores, access: Access, text: string): Promise<string[]> {
  const { keys } = await findMeaning(ports, access, { parsed: parseQuery(text), filter: {} })
  const digests = keys.map(({ digest }) => digest)
  const pointers = await ports.catalog.passages.pointers(digests, access.visible, {})
  const names = new Map(pointers.map(({ digest, name }) => [digest, name]))
  return firstTen(digests.flatMap((digest) => names.get(digest) ?? []))
}

const firstTen = (names: readonly string[]): string[] => [...new Set(names)].slice(0, PAGE)

/** An embedder to which no question means anything: words alone are left. */
const saysNothing = (embedder: Embedder): Embedder => ({
  ...embedder,
  isLexical: false,
  embed: async (texts) => texts.map(() => new Float32Array(embedder.space.dimension)),
})

/** One over the place of `name`; 0 when it is not among the ten. */
export const reciprocalRank = (names: readonly string[], name: string): number =>
  names.includes(name) ? 1 / (names.indexOf(name) + 1) : 0

export interface Judged extends KnownQuestion {
  ranks: Record<Way, number>
}

/** Mean reciprocal rank at 10 of each way. */
export function meanRanks(judged: readonly Judged[]): Record<Way, number> {
  const mean = (way: Way) =>
    judged.reduce((sum, { ranks }) => sum + ranks[way], 0) / Math.max(1, judged.length)
  return { words: mean('words'), vectors: mean('vectors'), fused: mean('fused') }
}
