import { getTrace, listAudit, type NamedEntry } from '../../core/account/journal.ts'
import { actorOf, router } from '../context.ts'
import { getTraceRoute, listAuditRoute } from '../contract/journal.ts'
import type { Door } from '../door.ts'
import { pageOf } from '../wire/page.ts'

/** What requests caused, and who did what. */
export const journal = ({ ports, spans }: Door) =>
  router()
    .openapi(getTraceRoute, async (c) => {
      await spans.flush()
      const trace = await getTrace(ports, actorOf(c), c.req.valid('param').id)
      return c.json(
        {
          spans: trace.spans.map((span) => ({
            operation: span.operation,
            status: span.status,
            started_at: span.startedAt,
            duration_ms: span.durationMs,
          })),
          errors: trace.errors.map((error) => ({
            code: error.code,
            reason: error.reason ?? null,
            message: error.message,
            operation: error.operation,
            at: error.at,
          })),
        },
        200,
      )
    })
    .openapi(listAuditRoute, async (c) => {
      const { limit, cursor } = c.req.valid('query')
      const page = await listAudit(ports, actorOf(c), {
        limit,
        ...(cursor !== undefined && { cursor }),
      })
      return c.json(pageOf(page, entryOut), 200)
    })

const entryOut = (entry: NamedEntry) => ({
  id: entry.id,
  at: entry.at,
  user_id: entry.userId ?? null,
  user_name: entry.userName ?? null,
  action: entry.action,
  subject: entry.subject,
  detail: entry.detail,
  trace_id: entry.traceId,
  address: entry.address ?? null,
})
