import type { DerivationRow } from '../../core/ports/index.ts'
import { browserSpans } from '../../core/trace/browser-spans.ts'
import { getTrace, type Trace } from '../../core/trace/get-trace.ts'
import { listTraces, type NamedTrace } from '../../core/trace/list-traces.ts'
import { accessOf, actorOf, router } from '../context.ts'
import { addSpansRoute, getTraceRoute, listTracesRoute } from '../contract/traces.ts'
import type { Door } from '../door.ts'
import { pageOf } from '../wire/page.ts'

/** What requests caused. */
export const traces = ({ ports, spans }: Door) =>
  router()
    .openapi(listTracesRoute, async (c) => {
      const { only, limit, cursor } = c.req.valid('query')
      await spans.flush()
      const page = await listTraces(ports, actorOf(c), {
        limit,
        ...(only && { only }),
        ...(cursor !== undefined && { cursor }),
      })
      return c.json(pageOf(page, summaryOut), 200)
    })
    .openapi(getTraceRoute, async (c) => {
      await spans.flush()
      const trace = await getTrace(ports, await accessOf(c), c.req.valid('param').id)
      return c.json(traceOut(trace), 200)
    })
    .openapi(addSpansRoute, async (c) => {
      const sent = c.req.valid('json')
      await spans.flush()
      const added = await browserSpans(ports, actorOf(c), {
        traceId: sent.trace_id,
        spans: sent.spans.map(({ work, ago_ms, duration_ms }) => ({
          work,
          agoMs: ago_ms,
          durationMs: duration_ms,
        })),
      })
      for (const span of added) spans.add(span)
      return c.body(null, 204)
    })

const summaryOut = (trace: NamedTrace) => ({
  trace_id: trace.traceId,
  operation: trace.operation,
  status: trace.status,
  user_id: trace.userId ?? null,
  user_name: trace.userName ?? null,
  started_at: trace.startedAt,
  duration_ms: trace.durationMs,
  calls: trace.calls,
  failed_calls: trace.failedCalls,
})

const traceOut = ({ spans, errors, files }: Trace) => ({
  spans: spans.map((span) => ({
    operation: span.operation,
    status: span.status,
    started_at: span.startedAt,
    duration_ms: span.durationMs,
    calls: span.calls,
    failed_calls: span.failedCalls,
    busy_ms: span.busyMs,
  })),
  errors: errors.map((error) => ({
    code: error.code,
    reason: error.reason ?? null,
    message: error.message,
    operation: error.operation,
    stack: error.stack ?? null,
    at: error.at,
  })),
  files: files.map((file) => ({
    document_id: file.documentId,
    version_id: file.versionId,
    name: file.name,
    stored_at: file.createdAt,
    searchable_at: file.linkedAt ?? null,
    steps: file.steps.map(stepOut),
  })),
})

const stepOut = ({ step, state, durationMs, finishedAt }: DerivationRow) => ({
  step,
  state,
  started_at: finishedAt === undefined ? null : finishedAt - durationMs,
  duration_ms: durationMs,
})
