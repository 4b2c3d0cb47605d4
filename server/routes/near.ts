import { type NearDocument, nearDocuments } from '../../core/near/near-documents.ts'
import { accessOf, router } from '../context.ts'
import { nearRoute } from '../contract/near.ts'
import type { Door } from '../door.ts'

/** What is almost the same as a document. */
export const near = ({ ports }: Door) =>
  router().openapi(nearRoute, async (c) => {
    const found = await nearDocuments(ports, await accessOf(c), c.req.valid('param').id)
    return c.json({ state: found.state, items: found.items.map(itemOut) }, 200)
  })

const itemOut = ({ pointer, kind, similarity }: NearDocument) => ({
  document_id: pointer.documentId,
  version_id: pointer.versionId,
  name: pointer.name,
  book: { id: pointer.bookId, name: pointer.bookName },
  chapter: { id: pointer.chapterId, name: pointer.chapterName },
  folder: pointer.folder,
  media_type: pointer.mediaType,
  kind: pointer.kind,
  updated_at: pointer.updatedAt,
  has_preview: pointer.hasPreview,
  by: kind,
  similarity,
})
