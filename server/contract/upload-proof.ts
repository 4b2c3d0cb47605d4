import { createRoute, z } from '@hono/zod-openapi'
import { body, failures, Id, json, Time } from './shared.ts'
import { Status, tags } from './uploads.ts'

export const proveUploadRoute = createRoute({
  method: 'post',
  path: '/upload/prove',
  operationId: 'proveUpload',
  tags,
  summary: 'Prove to hold a file instead of sending it',
  description: [
    'Answers the `challenge` of an upload, once. `UPLOAD_COMPLETE` when the proof is good and enough',
    'others hold the file; in every other case the upload as it was, at the same moment and in the',
    'same shape: send the bytes to the address you have.',
  ].join(' '),
  request: {
    body: body(
      z.object({
        doc_id: Id,
        cid: z
          .string()
          .regex(/^[0-9a-f]{32}$/)
          .openapi({ description: 'Of the challenge' }),
        proof: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .openapi({ description: 'HMAC-SHA256, 64 hex; what it covers is in the API guide' }),
      }),
    ),
  },
  responses: {
    200: json(
      z
        .object({
          doc_id: Id,
          status: Status,
          s3_url_expires_at: Time.nullable(),
          document_id: Id.nullable(),
          version_id: Id.nullable(),
          job_id: Id.nullable(),
          trace_id: z.string(),
        })
        .openapi('UploadProved'),
      'The upload',
    ),
    ...failures,
  },
})
