import { AppError } from '../../core/errors.ts'
import { goesInParts, receiveComplete } from '../../core/ingest/complete-upload.ts'
import { receivePart } from '../../core/ingest/receive-part.ts'
import { receiveUpload, type UploadBody } from '../../core/ingest/receive-upload.ts'
import { uploadTokenHash } from '../../core/ingest/request-upload.ts'
import type { UploadRow } from '../../core/ports/index.ts'
import { bodyOf } from '../body.ts'
import { accessOf, type Ctx, router } from '../context.ts'
import { putBytesRoute } from '../contract/uploads.ts'
import type { Door } from '../door.ts'
import { whoOrNobody, writer } from '../middleware/guard.ts'
import { inTraceOf } from '../upload-trace.ts'
import { partChecksumsOf } from '../wire/part-checksum.ts'

/** The bytes of an upload, or a part of them, at the address that was given for them. */
export const uploadBytes = (door: Door) =>
  router().openapi(putBytesRoute, async (c) => {
    const { part, complete } = c.req.valid('query')
    const who = await (complete ? writer(c, door) : whoOrNobody(c, door))
    const lengthBytes = lengthOf(c)
    const body = {
      token: c.req.valid('param').token,
      ...(who && { actor: who.actor }),
      ...(lengthBytes !== undefined && { lengthBytes }),
    }
    if (complete && part !== undefined) throw goesInParts()
    const take = complete ? takeComplete : takeWhole
    const find = () => door.ports.catalog.uploads.byTokenHash(uploadTokenHash(body.token))
    const { upload, receivedBytes, isLast } = await inTraceOf(c, find, () =>
      part === undefined ? take(c, door, body) : takePart(c, door, { ...body, number: part }),
    )
    c.set('traceId', upload.traceId)
    if (isLast) door.meters.received(upload.declaredSize)
    return c.json(
      {
        doc_id: upload.id,
        status: upload.status,
        received_bytes: receivedBytes,
        ...(upload.documentId && { document_id: upload.documentId }),
        ...(upload.versionId && { version_id: upload.versionId }),
        ...(upload.jobId && { job_id: upload.jobId }),
        trace_id: upload.traceId,
      },
      200,
    )
  })

interface Taken {
  upload: UploadRow
  receivedBytes: number
  isLast: boolean
}

async function takeWhole(c: Ctx, door: Door, body: UploadBody): Promise<Taken> {
  const upload = await receiveUpload(door.ports, body, bodyOf(c, door.options.bodyIdleMs))
  return { upload, receivedBytes: upload.declaredSize, isLast: true }
}

async function takeComplete(c: Ctx, door: Door, body: UploadBody): Promise<Taken> {
  const source = bodyOf(c, door.options.bodyIdleMs)
  const upload = await receiveComplete(door.ports, await accessOf(c), { body, source })
  return { upload, receivedBytes: upload.declaredSize, isLast: true }
}

async function takePart(
  c: Ctx,
  { ports, turns, options }: Door,
  body: UploadBody & { number: number },
): Promise<Taken> {
  const checksums = partChecksumsOf((name) => c.req.header(name))
  return receivePart({ ...ports, turns }, { ...body, checksums }, bodyOf(c, options.bodyIdleMs))
}

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
