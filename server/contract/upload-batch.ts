import { createRoute, z } from '@hono/zod-openapi'
import { body, failures, json, Problem } from './shared.ts'
import { tags, UploadRequested, UploadWish } from './uploads.ts'

/** Most files of one batch. */
const MAX_FILES = 500

export const requestBatchRoute = createRoute({
  method: 'post',
  path: '/api/v1/uploads/batch',
  operationId: 'requestUploads',
  tags,
  summary: 'Ask for addresses to send many files to',
  description: [
    'As `/upload/request` for each, in one transaction. Every file has an answer of its own, in order:',
    'one that is refused spoils none of the others. Sent again with the same idempotency keys, it',
    'continues the same uploads.',
  ].join(' '),
  request: {
    body: body(
      z.object({
        files: z.array(UploadWish).min(1).max(MAX_FILES),
      }),
    ),
  },
  responses: {
    200: json(
      z
        .object({
          items: z.array(
            z.object({
              upload: UploadRequested.nullable(),
              problem: Problem.nullable().openapi({ description: 'Why this file is refused' }),
            }),
          ),
          trace_id: z.string(),
        })
        .openapi('UploadsRequested'),
      'An answer for each file, in order: where to send it, or what keeps it from being sent',
    ),
    ...failures,
  },
})
