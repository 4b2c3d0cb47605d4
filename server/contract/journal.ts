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

export const getTraceRoute = createRoute({
  method: 'get',
  path: '/api/v1/traces/{id}',
  operationId: 'getTrace',
  tags,
  summary: 'What one request caused',
  description: 'Own requests; administrators see all.',
  request: { params: z.object({ id: z.string().max(64) }) },
  responses: {
    200: json(
      z
        .object({
          spans: z.array(
            z.object({
              operation: z.string(),
              status: z.string(),
              started_at: Time,
              duration_ms: z.int(),
            }),
          ),
          errors: z.array(
            z.object({
              code: z.string(),
              reason: z.string().nullable(),
              message: z.string(),
              operation: z.string(),
              at: Time,
            }),
          ),
        })
        .openapi('Trace'),
      'Spans by start',
    ),
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
