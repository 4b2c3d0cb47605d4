import { AppError } from '../../core/errors.ts'
import { receiveUpload } from '../../core/ingest/receive-upload.ts'
import { bodyOf } from '../body.ts'
import { type Ctx, router } from '../context.ts'
import { putBytesRoute } from '../contract/uploads.ts'
import type { Door } from '../door.ts'
import { whoOrNobody } from '../middleware/guard.ts'
import { assertRoom } from '../room.ts'

/** The bytes of an upload, at the address that was given for them. */
export const uploadBytes = (door: Door) =>
  router().openapi(putBytesRoute, async (c) => {
    const who = await whoOrNobody(c, door)
    const lengthBytes = lengthOf(c)
    await assertRoom(door.options, lengthBytes ?? 0)
    const upload = await receiveUpload(
      door.ports,
      {
        token: c.req.valid('param').token,
        ...(who && { actor: who.actor }),
        ...(lengthBytes !== undefined && { lengthBytes }),
      },
      bodyOf(c, door.options.bodyIdleMs),
    )
    c.set('traceId', upload.traceId)
    door.meters.received(upload.declaredSize)
    return c.json(
      {
        doc_id: upload.id,
        status: upload.status,
        received_bytes: upload.declaredSize,
        trace_id: upload.traceId,
      },
      200,
    )
  })

/** What the sender says the body's length is. @throws AppError for a body in disguise */
function lengthOf(c: Ctx): number | undefined {
  const encoding = c.req.header('content-encoding')
  if (encoding !== undefined && encoding !== 'identity') {
    throw new AppError('unsupported_type', 'Send the bytes as they are, without an encoding.', {
      reason: 'CONTENT_ENCODING',
    })
  }
  const length = c.req.header('content-length')
  return length === undefined ? undefined : Number(length)
}
