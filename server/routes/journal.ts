import { stream } from 'hono/streaming'
import { requireOrgAdmin } from '../../core/access/access.ts'
import { listAudit, type NamedEntry } from '../../core/account/journal.ts'
import type { Trail } from '../../core/audit/anchor.ts'
import { chainState, type Verified, verifyAndTell } from '../../core/audit/verify-box.ts'
import { exportAudit } from '../../core/audit/write-export.ts'
import { AppError } from '../../core/errors.ts'
import type { AuditFilter } from '../../core/ports/index.ts'
import { actorOf, router } from '../context.ts'
import * as contract from '../contract/journal.ts'
import type { Door } from '../door.ts'
import { doneBy, sameOf } from '../middleware/reading.ts'
import { pageOf } from '../wire/page.ts'

/** Who did what, and whether it is still what was written down. */
export const journal = ({ ports, options, readings }: Door) =>
  router()
    .openapi(contract.listAuditRoute, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query')
      const actor = actorOf(c)
      const page = await listAudit(ports, actor, {
        limit,
        ...(cursor !== undefined && { cursor }),
        ...filterOf(filter),
      })
      const entry = { ...doneBy(ports, actor), action: 'audit.read', subject: 'audit', detail: {} }
      await readings.add(entry, sameOf(c, 'audit'))
      return c.json(pageOf(page, entryOut), 200)
    })
    .openapi(contract.auditChainRoute, async (c) => {
      requireOrgAdmin(actorOf(c))
      const state = await chainState(ports, trailOf(options.trail))
      return c.json(
        {
          entries: state.entries,
          head: state.head ?? null,
          key_here: state.isKeyHere,
          last_anchor: state.lastAnchor ?? null,
          verified: state.verified ? verdictOut(state.verified) : null,
        },
        200,
      )
    })
    .openapi(contract.verifyAuditRoute, async (c) => {
      const actor = actorOf(c)
      requireOrgAdmin(actor)
      const { at: _, ...by } = doneBy(ports, actor)
      return c.json(verdictOut(await verifyAndTell(ports, trailOf(options.trail), by)), 200)
    })
    .openapi(contract.exportAuditRoute, async (c) => {
      const { format, ...filter } = c.req.valid('query')
      const wish = { format, filter: filterOf(filter) }
      const pieces = await exportAudit(ports, actorOf(c), wish)
      const day = new Date(ports.clock.now()).toISOString().slice(0, 10)
      c.header(
        'Content-Type',
        format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
      )
      c.header('Content-Disposition', `attachment; filename="onefold-audit-${day}.${format}"`)
      c.header('Cache-Control', 'private, no-store')
      return stream(c, async (out) => {
        for await (const piece of pieces) await out.write(piece)
      })
    })

/** As it comes by the wire; what is not there filters nothing. */
function filterOf(
  given: {
    [name in 'user' | 'action' | 'subject' | 'address']?: string | undefined
  } & {
    door?: AuditFilter['door'] | undefined
    from?: number | undefined
    to?: number | undefined
  },
): AuditFilter {
  const { user, action, subject, door, address, from, to } = given
  return {
    ...(user !== undefined && { userId: user }),
    ...(action !== undefined && { action }),
    ...(subject !== undefined && { subject }),
    ...(door !== undefined && { door }),
    ...(address !== undefined && { address }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  }
}

function trailOf(trail: Trail | undefined): Trail {
  if (trail) return trail
  throw new AppError('unavailable', 'This server was started without the keys of the audit.')
}

const verdictOut = ({ at, isSound, isKeyed, entries, until, heads, problem }: Verified) => ({
  at,
  sound: isSound,
  keyed: isKeyed,
  entries,
  until: until ?? null,
  heads,
  problem: problem ? { kind: problem.kind, id: problem.id, at: problem.at ?? null } : null,
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
  door: entry.door ?? null,
})
