import { listAudit, type NamedEntry } from '../../core/account/journal.ts'
import { actorOf, router } from '../context.ts'
import { listAuditRoute } from '../contract/journal.ts'
import type { Door } from '../door.ts'
import { pageOf } from '../wire/page.ts'

/** Who did what. */
export const journal = ({ ports }: Door) =>
  router().openapi(listAuditRoute, async (c) => {
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
  subject_name: entry.subjectName ?? null,
  subject_place: entry.subjectPlace ?? null,
  detail: entry.detail,
  trace_id: entry.traceId,
  address: entry.address ?? null,
})
