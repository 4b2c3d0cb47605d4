import { findDocument } from '../../core/library/find-document.ts'
import { getDocument } from '../../core/library/get-document.ts'
import { listDocuments } from '../../core/library/list-documents.ts'
import { moveDocument } from '../../core/library/move-document.ts'
import { retryDocument } from '../../core/library/retry-document.ts'
import { purgeDocument, restoreDocument, trashDocument } from '../../core/library/trash.ts'
import { accessOf, router } from '../context.ts'
import * as contract from '../contract/documents.ts'
import type { Door } from '../door.ts'
import { describedOut, documentOut } from '../wire/document.ts'
import { pageOf } from '../wire/page.ts'

/** Documents: finding them by place, and what may be done to one. */
export const documents = ({ ports }: Door) =>
  router()
    .openapi(contract.listDocumentsRoute, async (c) => {
      const { chapter, folder, q, trashed, sort, order, limit, cursor } = c.req.valid('query')
      const page = await listDocuments(ports, await accessOf(c), {
        sort,
        limit,
        descending: order === 'desc',
        ...(chapter !== undefined && { chapterId: chapter }),
        ...(folder !== undefined && { folder }),
        ...(q !== undefined && { nameContains: q }),
        ...(trashed !== undefined && { trashed }),
        ...(cursor !== undefined && { cursor }),
      })
      return c.json(pageOf(page, documentOut), 200)
    })
    .openapi(contract.getDocumentRoute, async (c) => {
      const found = await getDocument(ports, await accessOf(c), c.req.valid('param').id)
      return c.json(describedOut(found), 200)
    })
    .openapi(contract.moveDocumentRoute, async (c) => {
      const { id } = c.req.valid('param')
      const { name, folder, chapter_id } = c.req.valid('json')
      const access = await accessOf(c)
      await moveDocument(ports, access, {
        id,
        ...(name !== undefined && { name }),
        ...(folder !== undefined && { folder }),
        ...(chapter_id !== undefined && { chapterId: chapter_id }),
      })
      return c.json(documentOut(await findDocument(ports, access, { id })), 200)
    })
    .openapi(contract.removeDocumentRoute, async (c) => {
      const remove = c.req.valid('query').permanent ? purgeDocument : trashDocument
      await remove(ports, await accessOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    })
    .openapi(contract.restoreDocumentRoute, async (c) => {
      const document = await restoreDocument(ports, await accessOf(c), c.req.valid('param').id)
      return c.json(documentOut(document), 200)
    })
    .openapi(contract.retryDocumentRoute, async (c) => {
      const { step, units } = c.req.valid('json') ?? {}
      const { retried, because } = await retryDocument(ports, await accessOf(c), {
        documentId: c.req.valid('param').id,
        ...(step && { step }),
        ...(units && { units }),
      })
      const { reason = null, message = null } = because ?? {}
      return c.json({ retried, reason, message }, 200)
    })
