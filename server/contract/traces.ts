import { createRoute, z } from '@hono/zod-openapi'
import { BROWSER_WORK } from '../../core/trace/browser-spans.ts'
import { body, done, failures, Id, json, listOf, paging, Time } from './shared.ts'

const tags = ['Traces']
const HOUR_MS = 60 * 60_000

/** As W3C Trace Context has it. */
const TraceId = z.string().regex(/^[\da-f]{32}$/)
/** A browser may send a large file for days. */
const Milliseconds = z
  .int()
  .min(0)
  .max(14 * 24 * HOUR_MS)

export const listTracesRoute = createRoute({
  method: 'get',
  path: '/api/v1/traces',
  operationId: 'listTraces',
  tags,
  summary: 'What was asked of the box lately',
  description:
    'What changed something, failed, or took two seconds and more. Kept for 30 days. ' +
    '`only=failed`: with a call that failed; `only=slow`: with an operation of two seconds and more.',
  request: { query: z.object({ only: z.enum(['failed', 'slow']).optional(), ...paging }) },
  responses: {
    200: json(
      listOf(
        z
          .object({
            trace_id: z.string(),
            operation: z.string(),
            status: z.string(),
            user_id: Id.nullable(),
            user_name: z.string().nullable(),
            started_at: Time,
            duration_ms: z.int(),
            calls: z.int(),
            failed_calls: z.int(),
          })
          .openapi('TraceSummary'),
      ),
      'Newest first',
    ),
    ...failures,
  },
})

const Span = z
  .object({
    operation: z.string(),
    status: z.string(),
    started_at: Time,
    duration_ms: z.int().openapi({ description: 'From the first start to the last end' }),
    calls: z.int(),
    failed_calls: z.int(),
    busy_ms: z.int().openapi({ description: "Sum of the calls' own durations" }),
  })
  .openapi('Span')

const Failure = z
  .object({
    code: z.string(),
    reason: z.string().nullable(),
    message: z.string(),
    operation: z.string(),
    stack: z.string().nullable().openapi({ description: 'For administrators' }),
    at: Time,
  })
  .openapi('TracedFailure')

const TracedFile = z
  .object({
    document_id: Id,
    version_id: Id,
    name: z.string(),
    stored_at: Time,
    searchable_at: Time.nullable(),
    steps: z.array(
      z.object({
        step: z.string(),
        state: z.string(),
        started_at: Time.nullable(),
        duration_ms: z.int(),
      }),
    ),
  })
  .openapi('TracedFile')

export const getTraceRoute = createRoute({
  method: 'get',
  path: '/api/v1/traces/{id}',
  operationId: 'getTrace',
  tags,
  summary: 'What one request caused',
  description:
    'Own requests; administrators see all. Of many files that came with one trace the first twenty ' +
    'are told.',
  request: { params: z.object({ id: z.string().max(64) }) },
  responses: {
    200: json(
      z
        .object({
          spans: z.array(Span),
          errors: z.array(Failure),
          files: z.array(TracedFile),
        })
        .openapi('Trace'),
      'Spans by start',
    ),
    ...failures,
  },
})

export const addSpansRoute = createRoute({
  method: 'post',
  path: '/api/v1/traces/spans',
  operationId: 'addSpans',
  tags,
  summary: 'What a browser did for an upload',
  description: 'Of own traces alone. Times are before now, by the clock of whoever sends them.',
  request: {
    body: body(
      z.object({
        trace_id: TraceId,
        spans: z
          .array(
            z.object({
              work: z.enum(BROWSER_WORK),
              ago_ms: Milliseconds,
              duration_ms: Milliseconds,
            }),
          )
          .min(1)
          .max(20),
      }),
    ),
  },
  responses: { 204: done, ...failures },
})
