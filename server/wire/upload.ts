import type { z } from '@hono/zod-openapi'
import type { Requested, UploadRequest } from '../../core/ingest/request-upload.ts'
import { partCount } from '../../core/model/upload.ts'
import type { UploadRow } from '../../core/ports/index.ts'
import type { Challenge } from '../../core/possession/proof.ts'
import type { UploadWish } from '../contract/uploads.ts'
import { digestOf } from './digest.ts'

/** What somebody wishes to upload. @throws AppError `bad_request` (reason `INVALID_HASH`) */
export function requestOf(wish: z.infer<typeof UploadWish>): UploadRequest {
  const digest = wish.doc_hash_256 ? digestOf('doc_hash_256', wish.doc_hash_256) : undefined
  return {
    name: wish.doc_name,
    sizeBytes: wish.file_size,
    ...(digest && { digest }),
    ...(wish.chapter_id != null && { chapterId: wish.chapter_id }),
    ...(wish.folder != null && { folder: wish.folder }),
    ...(wish.on_conflict != null && { onConflict: wish.on_conflict }),
    ...(wish.idempotency_key != null && { idempotencyKey: wish.idempotency_key }),
  }
}

/** Where to send a file, as it is on the wire. */
export const requestedOut = (
  { upload, token, url }: Requested & { url?: string },
  challenge?: Challenge,
) => ({
  doc_id: upload.id,
  status: upload.status,
  s3_presigned_url: token === undefined ? null : (url ?? `/u/${token}`),
  s3_url_expires_at: token === undefined ? null : (upload.urlExpiresAt ?? null),
  trace_id: upload.traceId,
  ...partsOf(upload),
  challenge: challenge === undefined ? null : challengeOut(challenge),
})

const challengeOut = ({ id, nonce, seed, kind, holder }: Challenge) => ({
  cid: id,
  nonce: hex(nonce),
  seed: hex(seed),
  kind,
  holder: hex(holder),
})

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** What goes to a further store first goes whole. */
export const partsOf = (upload: UploadRow) => {
  const isInParts = upload.partBytes !== undefined && upload.directKey === undefined
  return {
    part_size: isInParts ? (upload.partBytes ?? null) : null,
    parts: isInParts ? partCount(upload) : null,
  }
}
