import { cancelUpload } from '../../core/ingest/cancel-upload.ts'
import { accessOf, router } from '../context.ts'
import { cancelUploadRoute } from '../contract/upload-cancel.ts'
import type { Door } from '../door.ts'

/** An upload that its owner does not want any more. */
export const uploadCancel = ({ ports, turns }: Door) =>
  router().openapi(cancelUploadRoute, async (c) => {
    const { id } = c.req.valid('param')
    const access = await accessOf(c)
    await turns.inOrder(id, () => cancelUpload(ports, access, id))
    return c.body(null, 204)
  })
