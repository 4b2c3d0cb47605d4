import { type Access, requireScope } from '../access/access.ts'
import type { Digest } from '../digest.ts'
import { AppError } from '../errors.ts'
import { isId } from '../ids.ts'
import type { Hit, SearchResults, Why } from '../model/hit.ts'
import type { Chunk } from '../model/locator.ts'
import type { ChunkKey, Pointer, PointerFilter, Ports, WordsQuery } from '../ports/index.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { facetsOf } from './facets.ts'
import { type FoundDocument, findDocuments } from './find-documents.ts'
import { parseQuery } from './parse-query.ts'
import { snippetOf } from './snippet.ts'
import { unreadOf } from './unread.ts'

export interface SearchQuery extends PointerFilter {
  text: string
  /** `exact` leaves out what only means the same; `newest` orders by the date of change. */
  sort: 'best' | 'exact' | 'newest'
  /** 1 to 100. */
  limit: number
  cursor?: string
}

type Stores = Pick<Ports, 'catalog' | 'index' | 'embedder' | 'clock'> &
  Partial<Pick<Ports, 'pictures'>>

const MOST_HITS = 100
/** A long document does not push the others off the page. */
const HITS_OF_ONE = 3
/** Further documents of one content are named with its best place. */
const HITS_OF_COPY = 1
/** So many are looked at to find that many different places. */
const PASSAGES_OF_ONE = 8

/**
 * Finds passages by words, by meaning and by the names of files, among what the caller may read now.
 * Order, counts and facets come from those alone; no score leaves this function.
 *
 * @throws AppError `bad_request` (reasons `QUERY_EMPTY`, `QUERY_TOO_LONG`, `CURSOR`, `INVALID_ID`,
 * `LIMIT`), `forbidden`
 */
export async function search(
  ports: Stores,
  access: Access,
  query: SearchQuery,
): Promise<SearchResults> {
  requireScope(access.actor, 'read')
  assertWellFormed(query)
  const parsed = parseQuery(query.text)
  const start = decodeCursor(query)
  const [{ documents, degraded }, pendingDocuments] = await Promise.all([
    findDocuments(ports, access, { parsed, filter: filterOf(query), sort: query.sort }),
    ports.catalog.passages.pending(access.visible),
  ])
  const chunks = await chunksOf(ports, documents)
  const hits = documents.flatMap((document) => hitsOf(document, chunks))
  const end = start + query.limit
  return {
    hits: await withText(ports, hits.slice(start, end), parsed),
    ...(end < hits.length && { nextCursor: encodeCursor(query, end) }),
    total: documents.length,
    facets: facetsOf(
      documents.map(({ pointer }) => pointer),
      ports.clock.now(),
    ),
    pendingDocuments,
    ...(degraded && { degraded }),
  }
}

function assertWellFormed({ limit, bookIds = [], chapterIds = [] }: SearchQuery): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_HITS) {
    throw new AppError('bad_request', `A page has 1 to ${MOST_HITS} hits.`, { reason: 'LIMIT' })
  }
  if (![...bookIds, ...chapterIds].every(isId)) {
    throw new AppError('bad_request', 'This is not an id.', { reason: 'INVALID_ID' })
  }
}

const filterOf = ({ bookIds, chapterIds, kinds, from, to }: SearchQuery): PointerFilter => ({
  ...(bookIds?.length && { bookIds }),
  ...(chapterIds?.length && { chapterIds }),
  ...(kinds?.length && { kinds }),
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
})

type FoundChunk = Chunk & { digest: Digest }

interface FoundHit {
  pointer: Pointer
  chunk?: FoundChunk
  why: Why[]
}

const keyOf = ({ digest, ordinal }: ChunkKey): string => `${digest}:${ordinal}`

async function chunksOf(
  { catalog }: Pick<Ports, 'catalog'>,
  documents: readonly FoundDocument[],
): Promise<Map<string, FoundChunk>> {
  const keys = documents.flatMap(({ pointer: { digest }, passages }) =>
    passages.slice(0, PASSAGES_OF_ONE).map(({ ordinal }) => ({ digest, ordinal })),
  )
  const chunks = await catalog.passages.get(keys)
  return new Map(chunks.map((chunk) => [keyOf(chunk), chunk]))
}

/** The best places of a document, or the document itself when only its name or look was found. */
function hitsOf(
  { pointer, passages, isNamed, isPictured, isCopy }: FoundDocument,
  chunks: ReadonlyMap<string, FoundChunk>,
): FoundHit[] {
  const itself: Why[] = [
    ...(isNamed ? (['name'] as const) : []),
    ...(isPictured ? (['picture'] as const) : []),
  ]
  const most = isCopy ? HITS_OF_COPY : HITS_OF_ONE
  const places = new Map<string, FoundHit>()
  for (const { ordinal, why } of passages.slice(0, PASSAGES_OF_ONE)) {
    const chunk = chunks.get(keyOf({ digest: pointer.digest, ordinal }))
    const place = JSON.stringify(chunk?.locator)
    if (!chunk || places.has(place) || places.size === most) continue
    places.set(place, { pointer, chunk, why: [...why, ...itself] })
  }
  if (places.size > 0) return [...places.values()]
  return itself.length > 0 ? [{ pointer, why: itself }] : []
}

/** What is shown of each hit; a file that was found by its name shows how it begins. */
async function withText(
  { catalog }: Pick<Ports, 'catalog'>,
  hits: readonly FoundHit[],
  query: WordsQuery,
): Promise<Hit[]> {
  const unread = await unreadOf(
    { catalog },
    hits.map(({ pointer }) => pointer.versionId),
  )
  const named = hits.filter(({ chunk }) => !chunk).map(({ pointer: { digest } }) => digest)
  const beginnings = await catalog.passages.get(named.map((digest) => ({ digest, ordinal: 0 })))
  return hits.map(({ pointer: { digest, ...document }, chunk, why }) => {
    const text = (chunk ?? beginnings.find((each) => each.digest === digest))?.text ?? ''
    const missing = unread.get(document.versionId)
    return {
      ...document,
      locator: chunk?.locator ?? {},
      ...snippetOf(text, query),
      why,
      ...(missing && { unread: missing }),
    }
  })
}
