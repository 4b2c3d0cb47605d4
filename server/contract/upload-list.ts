import { createRoute, z } from '@hono/zod-openapi'
import { done, failures, Id, idParam, json, listOf, paging, Time } from './shared.ts'
import { Status, tags } from './uploads.ts'

const Listed = z
  .object({
    doc_id: Id,
    status: Status,
    doc_name: z.string(),
    chapter_id: Id,
    folder: z.string(),
    file_size: z.int(),
    arrived_bytes: z.int().openapi({
      description: 'Bytes that have arrived; of one that came to nothing, those that had',
    }),
    document_id: Id.nullable(),
    error: z.string().nullable().openapi({ description: 'Why it failed, for staff' }),
    error_code: z.string().nullable(),
    dismissed_at: Time.nullable(),
    trace_id: z.string(),
    created_at: Time,
    updated_at: Time,
  })
  .openapi('ListedUpload')

export const listUploadsRoute = createRoute({
  method: 'get',
  path: '/api/v1/uploads',
  operationId: 'listUploads',
  tags,
  summary: "The caller's uploads, newest first",
  request: {
    query: z.object({
      state: z.enum(['open', 'ended', 'complete']).optional().openapi({
        description:
          '`open` still wait for bytes or completion; `ended` came to nothing and were not dismissed',
      }),
      ...paging,
    }),
  },
  responses: { 200: json(listOf(Listed), 'Uploads of all doors but shares'), ...failures },
})

export const dismissUploadRoute = createRoute({
  method: 'post',
  path: '/api/v1/uploads/{id}/dismiss',
  operationId: 'dismissUpload',
  tags,
  summary: 'Put the news of an upload away that came to nothing',
  description: 'Its record stays for the audit. One that is not over: 409.',
  request: { params: idParam },
  responses: { 204: done, ...failures },
})
