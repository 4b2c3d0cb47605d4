import { createRoute, z } from '@hono/zod-openapi'
import { failures, Id, json, open, Time } from './shared.ts'

const tags = ['Box']

export const usageRoute = createRoute({
  method: 'get',
  path: '/api/v1/usage',
  operationId: 'usage',
  tags,
  summary: 'What is stored, and what single storage saves',
  responses: {
    200: json(
      z
        .object({
          logical_bytes: z.int(),
          unique_bytes: z.int(),
          physical_bytes: z.int(),
          derived_bytes: z.int(),
          reclaimable_bytes: z.int(),
          swept_bytes: z.int().openapi({ description: 'Reclaimed from abandoned uploads' }),
          saved_bytes: z.int(),
          saved_share: z.number().openapi({ description: '0 to 1' }),
          documents: z.int(),
          versions: z.int(),
          blobs: z.int(),
          by_book: z.array(
            z.object({ id: Id, name: z.string(), logical_bytes: z.int(), documents: z.int() }),
          ),
          disk: z.object({ total_bytes: z.int(), free_bytes: z.int() }),
          scrub: z
            .object({
              started_at: Time,
              checked: z.int(),
              bytes_read: z.int(),
              bytes_total: z.int(),
              damaged: z.int(),
              last: z
                .object({
                  ended_at: Time,
                  checked: z.int(),
                  bytes_read: z.int(),
                  damaged: z.int(),
                })
                .nullable()
                .openapi({ description: 'The last whole round' }),
            })
            .nullable()
            .openapi({ description: 'How far reading everything again is; null before it began' }),
        })
        .openapi('Usage'),
      'In bytes',
    ),
    ...failures,
  },
})

const Check = z.object({
  name: z.string(),
  ok: z.boolean(),
  warns: z.boolean().openapi({ description: 'It works; somebody should look before it does not' }),
  message: z.string(),
})

export const statusRoute = createRoute({
  method: 'get',
  path: '/api/v1/status',
  operationId: 'status',
  tags,
  summary: 'What this box can do, and whether it is well',
  responses: {
    200: json(
      z
        .object({
          version: z.string(),
          embedder: z.object({ model: z.string(), builtin: z.boolean() }),
          abilities: z.array(
            z.object({
              name: z.string(),
              available: z.boolean(),
              how_to_enable: z.string().nullable(),
            }),
          ),
          checks: z.array(Check),
        })
        .openapi('Status'),
      'For administrators',
    ),
    ...failures,
  },
})

export const healthRoute = createRoute({
  method: 'get',
  path: '/healthz',
  operationId: 'health',
  tags,
  security: open,
  summary: 'Whether the process lives',
  responses: { 200: json(z.object({ status: z.literal('ok') }), 'It does') },
})

const Readiness = z
  .object({
    status: z.enum(['ok', 'degraded', 'failing']),
    checks: z.record(z.string(), z.string()),
  })
  .openapi('Readiness')

export const readyRoute = createRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'ready',
  tags,
  security: open,
  summary: 'Whether everything needed answers, by name',
  responses: {
    200: json(Readiness, 'All is well, or at least everything that is needed'),
    503: json(Readiness, 'Something is not; `checks` says what'),
  },
})

export const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  operationId: 'metrics',
  tags,
  summary: 'Prometheus metrics',
  description: 'Open to this machine itself, else for administrators.',
  responses: {
    200: { description: 'Text', content: { 'text/plain': { schema: z.string() } } },
    ...failures,
  },
})

export const openapiRoute = createRoute({
  method: 'get',
  path: '/api/v1/openapi.json',
  operationId: 'openapi',
  tags,
  security: open,
  summary: 'This document',
  responses: { 200: json(z.record(z.string(), z.unknown()), 'OpenAPI 3.1') },
})

export const docsRoute = createRoute({
  method: 'get',
  path: '/api/v1/docs',
  operationId: 'docs',
  tags,
  security: open,
  summary: 'This document for people',
  responses: { 200: { description: 'HTML', content: { 'text/html': { schema: z.string() } } } },
})
