import { createRoute, z } from '@hono/zod-openapi'
import { body, done, failures, Id, idParam, json } from './shared.ts'

const tags = ['Box']

const Mode = z.enum(['strict', 'instant']).openapi('UploadMode', {
  description: '`strict`: every file is sent. `instant`: large files that many hold may be proved',
})

const Privacy = z
  .object({
    mode: Mode,
    books: z.array(
      z.object({
        id: Id,
        name: z.string(),
        private: z.boolean().openapi({ description: 'Its contents are never offered' }),
      }),
    ),
    proofs: z
      .object({ passed: z.int(), refused: z.int(), saved_bytes: z.int() })
      .openapi({ description: 'Of the last 24 hours' }),
    budget: z
      .object({ left_bytes: z.int(), most_bytes: z.int(), bytes_per_second: z.int() })
      .nullable()
      .openapi({ description: 'What may be read to check proofs; null in strict mode' }),
  })
  .openapi('Privacy')

export const getPrivacyRoute = createRoute({
  method: 'get',
  path: '/api/v1/admin/privacy',
  operationId: 'getPrivacy',
  tags,
  summary: 'Whether files may be proved instead of sent, and what that did',
  responses: { 200: json(Privacy, 'For administrators'), ...failures },
})

export const setPrivacyRoute = createRoute({
  method: 'patch',
  path: '/api/v1/admin/privacy',
  operationId: 'setPrivacy',
  tags,
  summary: 'Switch between strict and instant',
  request: { body: body(z.object({ mode: Mode })) },
  responses: { 200: json(Privacy, 'As it is now'), ...failures },
})

export const setBookPrivacyRoute = createRoute({
  method: 'put',
  path: '/api/v1/admin/privacy/books/{id}',
  operationId: 'setBookPrivacy',
  tags,
  summary: 'Keep the contents of a book out of instant upload, or let them in',
  request: { params: idParam, body: body(z.object({ private: z.boolean() })) },
  responses: { 204: done, ...failures },
})
