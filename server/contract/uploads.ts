import { createRoute, z } from '@hono/zod-openapi'
import { body, failures, Id, json, open, Time, Whole } from './shared.ts'

// Names in this file are those of the integrators' documents; they do not follow our own words.

const OnConflict = z.enum(['ask', 'version', 'keep_both']).openapi({
  description: 'What happens when the name is taken: refuse (409), a new version, or a second name',
})

export const Status = z.enum([
  'UPLOAD_PENDING',
  'UPLOAD_URL_GENERATED',
  'UPLOAD_RECEIVED',
  'UPLOAD_COMPLETE',
  'UPLOAD_FAILED',
  'UPLOAD_EXPIRED',
])

export const tags = ['Uploads']

const PartSize = z.int().nullable().openapi({
  description: 'Bytes of each part but the last; null for a file that goes whole',
  example: 8_388_608,
})
const Parts = z.int().nullable().openapi({ description: 'Number of parts' })

export const UploadWish = z.object({
  doc_name: z.string().max(4096),
  doc_hash_256: z.string().max(200).nullish().openapi({ description: 'SHA-256, 64 hex' }),
  file_size: z.int().min(0),
  chapter_id: Id.nullish(),
  folder: z.string().max(4096).nullish(),
  on_conflict: OnConflict.nullish(),
  idempotency_key: z.string().min(1).max(200).nullish(),
})

const Hex = (bytes: number) =>
  z.string().openapi({ description: `${bytes} bytes in hex`, pattern: `^[0-9a-f]{${2 * bytes}}$` })

const Challenge = z
  .object({
    cid: Hex(16),
    nonce: Hex(32),
    seed: Hex(32),
    kind: z.enum(['full', 'strata']),
    holder: Hex(32),
  })
  .openapi('UploadChallenge', {
    description: 'Whoever proves to hold the file may skip sending it; see `/upload/prove`',
  })

export const UploadRequested = z
  .object({
    doc_id: Id,
    status: Status,
    s3_presigned_url: z.string().nullable().openapi({ example: '/u/…' }),
    s3_url_expires_at: Time.nullable(),
    trace_id: z.string(),
    part_size: PartSize,
    parts: Parts,
    challenge: Challenge.nullable().openapi({ description: 'Null unless instant mode is on' }),
  })
  .openapi('UploadRequested')

export const requestUploadRoute = createRoute({
  method: 'post',
  path: '/upload/request',
  operationId: 'requestUpload',
  tags,
  summary: 'Ask for an address to send a file to',
  description: 'Then `PUT` the bytes to `s3_presigned_url` and `POST /upload/complete`.',
  request: {
    body: body(UploadWish.extend({ doc_name: z.string().min(1).max(1000) })),
  },
  responses: {
    200: json(UploadRequested, 'Where to send the bytes'),
    ...failures,
  },
})

export const putBytesRoute = createRoute({
  method: 'put',
  path: '/u/{token}',
  operationId: 'putBytes',
  tags,
  security: open,
  summary: 'Send the bytes, or one part of them',
  description: [
    'The address is the permission. Without `part` the body is the whole file; wrong size or digest:',
    '422, and nothing is kept. With `part` it is that part, in any order and several at a time, with',
    'at least one checksum; a wrong one or a wrong length: 422, and the part can be sent again.',
    'With `complete=1` and the credential of whoever asked for the address, a file that goes whole is',
    'stored as by `/upload/complete`, in the same call.',
  ].join(' '),
  request: {
    params: z.object({ token: z.string().max(200) }),
    query: z.object({
      part: Whole.min(1).optional().openapi({ description: 'Number of the part, from 1' }),
      complete: z.literal('1').optional().openapi({ description: 'Complete the upload, too' }),
    }),
    headers: z.object({
      'x-part-crc32c': z.string().optional().openapi({ description: 'Hex, or base64' }),
      'x-part-sha256': z.string().optional().openapi({ description: 'Hex' }),
      'content-md5': z.string().optional().openapi({ description: 'Base64' }),
    }),
    body: {
      content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
    },
  },
  responses: {
    200: json(
      z.object({
        doc_id: Id,
        status: Status,
        received_bytes: z.int(),
        document_id: Id.optional(),
        version_id: Id.optional(),
        job_id: Id.optional(),
        trace_id: z.string(),
      }),
      'The bytes are on disk; `UPLOAD_RECEIVED` when they are all there, `UPLOAD_COMPLETE` when stored',
    ),
    ...failures,
  },
})

const UploadOut = z
  .object({
    doc_id: Id,
    status: Status,
    doc_name: z.string(),
    file_size: z.int(),
    received_bytes: z.int(),
    part_size: PartSize,
    parts: Parts,
    received_parts: z.array(z.int()).openapi({ description: 'Numbers of the parts on disk' }),
    chapter_id: Id,
    folder: z.string(),
    document_id: Id.nullable(),
    version_id: Id.nullable(),
    job_id: Id.nullable(),
    error: z.string().nullable(),
    s3_url_expires_at: Time.nullable(),
    trace_id: z.string(),
    created_at: Time,
    updated_at: Time,
  })
  .openapi('Upload')

export const getUploadRoute = createRoute({
  method: 'get',
  path: '/upload/{docId}',
  operationId: 'getUpload',
  tags,
  summary: 'State of an upload',
  request: { params: z.object({ docId: Id }) },
  responses: { 200: json(UploadOut, 'The upload'), ...failures },
})

export const completeUploadRoute = createRoute({
  method: 'post',
  path: '/upload/complete',
  operationId: 'completeUpload',
  tags,
  summary: 'Say that all bytes were sent',
  request: { body: body(z.object({ doc_id: Id })) },
  responses: {
    200: json(
      z
        .object({
          status: Status,
          doc_id: Id,
          document_id: Id.nullable(),
          version_id: Id.nullable(),
          job_id: Id.nullable(),
          trace_id: z.string(),
        })
        .openapi('UploadCompleted'),
      'The document is stored',
    ),
    ...failures,
  },
})

export const formUploadRoute = createRoute({
  method: 'post',
  path: '/knowledge-base/upload',
  operationId: 'uploadForm',
  tags,
  summary: 'Send a file in one call',
  description: 'A form: the other fields before the field `file`.',
  request: {
    body: {
      required: true,
      content: {
        'multipart/form-data': {
          schema: {
            type: 'object',
            required: ['file'],
            properties: {
              chapter_id: { type: 'string' },
              folder: { type: 'string' },
              on_conflict: { type: 'string', enum: ['ask', 'version', 'keep_both'] },
              file: { type: 'string', format: 'binary' },
            },
          },
        },
      },
    },
  },
  responses: {
    201: json(
      z
        .object({
          id: Id,
          doc_id: Id,
          document_id: Id,
          version_id: Id,
          job_id: Id,
          status: Status,
          trace_id: z.string(),
        })
        .openapi('Uploaded'),
      'The document is stored',
    ),
    ...failures,
  },
})
