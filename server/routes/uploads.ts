import { completeUpload } from '../../core/ingest/complete-upload.ts'
import { fetchDirect, openDirect } from '../../core/ingest/direct-upload.ts'
import { ownUpload } from '../../core/ingest/own-upload.ts'
import { requestUpload } from '../../core/ingest/request-upload.ts'
import type { UploadPart, UploadRow } from '../../core/ports/index.ts'
import { challengesFor } from '../../core/possession/challenges-for.ts'
import { accessOf, askerOf, router } from '../context.ts'
import * as contract from '../contract/uploads.ts'
import type { Door } from '../door.ts'
import { inTraceOf } from '../upload-trace.ts'
import { partsOf, requestedOut, requestOf } from '../wire/upload.ts'

/** A file in three steps: ask for an address, send the bytes there (apart), say that it is complete. */
export const uploads = (door: Door) =>
  router()
    .openapi(contract.requestUploadRoute, async (c) => {
      const wish = c.req.valid('json')
      const { upload: limits } = door.options
      const askedAt = door.ports.clock.now()
      const requested = await requestUpload(door.ports, await accessOf(c), requestOf(wish), limits)
      door.meters.requested(requested, askedAt)
      c.set('traceId', requested.upload.traceId)
      const direct = await openDirect(door.ports, requested)
      const challenges = await challengesFor(door.ports, askerOf(c), [requested.upload])
      return c.json(
        requestedOut({ ...requested, ...direct }, challenges.get(requested.upload.id)),
        200,
      )
    })
    .openapi(contract.getUploadRoute, async (c) => {
      const upload = await ownUpload(door.ports, await accessOf(c), c.req.valid('param').docId)
      const parts = await door.ports.catalog.uploads.parts(upload.id)
      return c.json(uploadOut(upload, parts), 200)
    })
    .openapi(contract.completeUploadRoute, async (c) => {
      const { doc_id } = c.req.valid('json')
      const access = await accessOf(c)
      // Hashing a large file takes its time, and whoever grows impatient asks again.
      const find = () => ownUpload(door.ports, access, doc_id)
      const upload = await inTraceOf(c, find, () =>
        door.turns.inOrder(doc_id, async () => {
          await fetchDirect(door.ports, access, doc_id)
          return completeUpload(door.ports, access, doc_id)
        }),
      )
      c.set('traceId', upload.traceId)
      return c.json(
        {
          status: upload.status,
          doc_id: upload.id,
          document_id: upload.documentId ?? null,
          version_id: upload.versionId ?? null,
          job_id: upload.jobId ?? null,
          trace_id: upload.traceId,
        },
        200,
      )
    })

const uploadOut = (upload: UploadRow, parts: readonly UploadPart[]) => {
  const isReceived = ['UPLOAD_RECEIVED', 'UPLOAD_COMPLETE'].includes(upload.status)
  const partBytes = parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return {
    doc_id: upload.id,
    status: upload.status,
    doc_name: upload.name,
    file_size: upload.declaredSize,
    received_bytes: isReceived ? upload.declaredSize : partBytes,
    ...partsOf(upload),
    received_parts: parts.map(({ number }) => number),
    chapter_id: upload.chapterId,
    folder: upload.folder,
    document_id: upload.documentId ?? null,
    version_id: upload.versionId ?? null,
    job_id: upload.jobId ?? null,
    error: upload.error ?? null,
    s3_url_expires_at: upload.urlExpiresAt ?? null,
    trace_id: upload.traceId,
    created_at: upload.createdAt,
    updated_at: upload.updatedAt,
  }
}
