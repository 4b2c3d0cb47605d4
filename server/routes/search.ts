import type { Hit, Unread } from '../../core/model/hit.ts'
import { search as find } from '../../core/search/search.ts'
import { accessOf, actorOf, router } from '../context.ts'
import { searchRoute } from '../contract/search.ts'
import type { Door } from '../door.ts'
import { isBuiltin } from '../embedder.ts'
import { doneBy } from '../middleware/reading.ts'
import { coverageOut, locatorOut } from '../wire/document.ts'

/** Finding by words and by meaning. */
export const search = ({ ports, readings }: Door) =>
  router().openapi(searchRoute, async (c) => {
    const { q, book, chapter, type, from, to, limit, cursor, sort } = c.req.valid('query')
    const start = ports.clock.monotonic()
    const results = await find(ports, await accessOf(c), {
      text: q,
      sort,
      limit,
      ...(book && { bookIds: book }),
      ...(chapter && { chapterIds: chapter }),
      ...(type && { kinds: type }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(cursor !== undefined && { cursor }),
    })
    if (results.degraded) {
      const { message, cause } = results.degraded
      ports.log.warn('A search went without meaning.', {
        err: cause,
        message,
        trace_id: c.get('traceId'),
      })
    }
    await readings.add({
      ...doneBy(ports, actorOf(c)),
      action: 'search.run',
      subject: 'search',
      detail: shownIn(results),
    })
    return c.json(
      {
        hits: results.hits.map(hitOut),
        next_cursor: results.nextCursor ?? null,
        total: results.total,
        took_ms: Math.round(ports.clock.monotonic() - start),
        facets: results.facets,
        pending_documents: results.pendingDocuments,
        degraded: results.degraded?.message ?? null,
        embedder: { model: ports.embedder.space.model, builtin: isBuiltin(ports) },
      },
      200,
    )
  })

/** The words stay with whoever asked; which documents showed a passage does not. */
const shownIn = ({ hits, total }: { hits: readonly Hit[]; total: number }) => ({
  total,
  documents: [...new Set(hits.map((hit) => hit.documentId))],
})

const hitOut = (hit: Hit) => ({
  document_id: hit.documentId,
  version_id: hit.versionId,
  name: hit.name,
  book: { id: hit.bookId, name: hit.bookName },
  chapter: { id: hit.chapterId, name: hit.chapterName },
  folder: hit.folder,
  media_type: hit.mediaType,
  kind: hit.kind,
  locator: locatorOut(hit.locator),
  snippet: hit.snippet,
  marks: hit.marks,
  why: hit.why,
  updated_at: hit.updatedAt,
  has_preview: hit.hasPreview,
  unread: hit.unread ? unreadOut(hit.unread) : null,
})

const unreadOut = ({ isPartly, coverage, reason }: Unread) => ({
  state: isPartly ? ('partly' as const) : ('not' as const),
  coverage: coverage ? coverageOut(coverage) : null,
  reason: reason ?? null,
})
