import { checkByDigest } from '../../core/ingest/check.ts'
import { accessOf, router } from '../context.ts'
import { checkByHashRoute } from '../contract/uploads.ts'
import type { Door } from '../door.ts'
import { digestOf } from '../wire/digest.ts'

/** Whether a transfer can be spared. Looks at nothing but what the caller may read now. */
export const assets = (door: Door) =>
  router().openapi(checkByHashRoute, async (c) => {
    const digest = digestOf('sha256', c.req.valid('json').sha256)
    const found = await checkByDigest(door.ports, await accessOf(c), [digest])
    const pointer = found.get(digest)
    return c.json(
      {
        exists: pointer !== undefined,
        document_id: pointer?.documentId ?? null,
        asset_id: pointer?.documentId ?? null,
        uploaded_to_providers: [],
        note: pointer ? 'You can already read this file here.' : 'Please upload the file.',
      },
      200,
    )
  })
