import type { ListedUpload } from '../../core/ports/index.ts'
import { accessOf, router } from '../context.ts'
import * as contract from '../contract/upload-list.ts'
import type { Door } from '../door.ts'
import { pageOf } from '../wire/page.ts'

/** What became of the caller's uploads. */
export const uploadList = ({ ports }: Door) =>
  router()
    .openapi(contract.listUploadsRoute, async (c) => {
      const { state, limit, cursor } = c.req.valid('query')
      const { visible, actor } = await accessOf(c)
      const page = await ports.catalog.uploads.list(visible, actor.userId, {
        limit,
        ...(state && { state }),
        ...(cursor !== undefined && { cursor }),
      })
      return c.json(pageOf(page, listedOut), 200)
    })
    .openapi(contract.dismissUploadRoute, async (c) => {
      const { id } = c.req.valid('param')
      const { visible, actor } = await accessOf(c)
      const by = { userId: actor.userId, now: ports.clock.now() }
      await ports.catalog.uploads.dismiss(visible, id, by)
      return c.body(null, 204)
    })

const listedOut = (upload: ListedUpload) => ({
  doc_id: upload.id,
  status: upload.status,
  doc_name: upload.name,
  chapter_id: upload.chapterId,
  folder: upload.folder,
  file_size: upload.declaredSize,
  arrived_bytes: upload.arrivedBytes,
  document_id: upload.documentId ?? null,
  error: upload.error ?? null,
  error_code: upload.errorCode ?? null,
  dismissed_at: upload.dismissedAt ?? null,
  trace_id: upload.traceId,
  created_at: upload.createdAt,
  updated_at: upload.updatedAt,
})
