import { createRoute, z } from '@hono/zod-openapi'
import { failures, Id, json, listOf, paging, Time, Whole } from './shared.ts'

const tags = ['Journal']

export const eventsRoute = createRoute({
  method: 'get',
  path: '/api/v1/events',
  operationId: 'events',
  tags,
  summary: 'What changes, as it happens',
  description:
    'Server-sent events named `job`, `document`, `upload` and `share`, after a first `hello`; ' +
    '`rights`, without an id, when what the caller may see or do is another now. ' +
    'Send `Last-Event-ID` to go on where a connection broke.',
  responses: {
    200: { description: 'A stream', content: { 'text/event-stream': { schema: z.string() } } },
    ...failures,
  },
})

const auditFilter = {
  user: Id.optional(),
  action: z.string().max(100).optional(),
  subject: z.string().max(300).optional(),
  door: z.enum(['web', 'api', 'command', 'share', 'box']).optional(),
  address: z.string().max(100).optional(),
  from: Whole.optional().openapi({ description: 'From this moment, epoch ms' }),
  to: Whole.optional().openapi({ description: 'Before this moment, epoch ms' }),
}

export const listAuditRoute = createRoute({
  method: 'get',
  path: '/api/v1/audit',
  operationId: 'listAudit',
  tags,
  summary: 'Who did what',
  description:
    'Filters are exact, but for `subject`: a kind (`book`), one thing (`book:<id>`) or a part of a ' +
    'name or place. `action` is one (`document.read`) or all of a kind (`document`).',
  request: { query: z.object({ ...paging, ...auditFilter }) },
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
            door: z
              .string()
              .nullable()
              .openapi({ description: 'web, api, command, share; null: the box of itself' }),
          })
          .openapi('AuditEntry'),
      ),
      'Newest first',
    ),
    ...failures,
  },
})

const Misfit = z.enum([
  'edited',
  'removed',
  'reordered',
  'added',
  'truncated',
  'rewritten',
  'unknown_key',
  'unsealed',
])

const verdict = {
  at: Time,
  sound: z.boolean(),
  keyed: z.boolean().openapi({
    description: 'Whether the codes were computed anew with the first key, or the links alone',
  }),
  entries: z.int(),
  until: z.object({ id: z.int(), at: Time }).nullable(),
  heads: z.int().openapi({ description: 'Anchors that were compared' }),
  problem: z.object({ kind: Misfit, id: z.int(), at: Time.nullable() }).nullable(),
}

const Verdict = z.object(verdict).openapi('AuditVerdict')

export const auditChainRoute = createRoute({
  method: 'get',
  path: '/api/v1/audit/chain',
  operationId: 'auditChain',
  tags,
  summary: 'How the chain of the audit stands',
  responses: {
    200: json(
      z
        .object({
          entries: z.int(),
          head: z.string().nullable(),
          key_here: z.boolean().openapi({
            description:
              'The first key still lies on the box: take it away with `onefold audit key`',
          }),
          last_anchor: z.object({ at: Time, head: z.string() }).nullable(),
          verified: z.object(verdict).nullable(),
        })
        .openapi('AuditChain'),
      'State of the chain',
    ),
    ...failures,
  },
})

export const verifyAuditRoute = createRoute({
  method: 'post',
  path: '/api/v1/audit/verify',
  operationId: 'verifyAudit',
  tags,
  summary: 'Verify the chain as far as the box itself can',
  description: 'By key while the first key lies here, by links and anchors afterwards.',
  responses: { 200: json(Verdict, 'What was found'), ...failures },
})

export const exportAuditRoute = createRoute({
  method: 'get',
  path: '/api/v1/audit/export',
  operationId: 'exportAudit',
  tags,
  summary: 'The audit as a file',
  description:
    '`jsonl` with the codes of the chain, for `onefold audit verify --export`; `csv` for tables, ' +
    'with what a table program would take for a formula made harmless. Filters as in `listAudit`.',
  request: {
    query: z.object({ ...auditFilter, format: z.enum(['jsonl', 'csv']).default('jsonl') }),
  },
  responses: {
    200: {
      description: 'Oldest first',
      content: {
        'application/x-ndjson': { schema: z.string() },
        'text/csv': { schema: z.string() },
      },
    },
    ...failures,
  },
})
