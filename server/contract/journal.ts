import { createRoute, z } from '@hono/zod-openapi'
import { failures, Id, json, listOf, paging, Time } from './shared.ts'

const tags = ['Journal']

export const eventsRoute = createRoute({
  method: 'get',
  path: '/api/v1/events',
  operationId: 'events',
  tags,
  summary: 'What changes, as it happens',
  description:
    'Server-sent events named `job`, `document`, `upload` and `share`, after a first `hello`. ' +
    'Send `Last-Event-ID` to go on where a connection broke.',
  responses: {
    200: { description: 'A stream', content: { 'text/event-stream': { schema: z.string() } } },
    ...failures,
  },
})

export const listAuditRoute = createRoute({
  method: 'get',
  path: '/api/v1/audit',
  operationId: 'listAudit',
  tags,
  summary: 'Who did what',
  request: { query: z.object(paging) },
  responses: {
    200: json(
      listOf(
        z
          .object({
            id: z.int(),
            at: Time,
            user_id: Id.nullable(),
            user_name: z.string().nullable(),
            action: z.string(),
            subject: z.string(),
            subject_name: z
              .string()
              .nullable()
              .openapi({ description: 'What it was called when it happened' }),
            subject_place: z
              .string()
              .nullable()
              .openapi({ description: 'The book and chapter that it lay in, then' }),
            detail: z.record(z.string(), z.unknown()),
            trace_id: z.string(),
            address: z.string().nullable(),
          })
          .openapi('AuditEntry'),
      ),
      'Newest first',
    ),
    ...failures,
  },
})
