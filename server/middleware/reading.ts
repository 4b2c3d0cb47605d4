import { createMiddleware } from 'hono/factory'
import { actBy } from '../../core/account/act.ts'
import type { Actor } from '../../core/model/actor.ts'
import type { AuditEntry } from '../../core/ports/index.ts'
import { type Ctx, type Env, operationOf } from '../context.ts'
import type { Door } from '../door.ts'

/** What the audit calls a question whose answer hands out what a document says, or shows. */
const OPENED: Readonly<Record<string, { action: string; kind: 'document' | 'version' }>> = {
  'GET /api/v1/documents/:id': { action: 'document.open', kind: 'document' },
  'GET /api/v1/documents/:id/text': { action: 'document.open', kind: 'document' },
  'GET /api/v1/documents/:id/transcript': { action: 'document.open', kind: 'document' },
  'GET /api/v1/documents/:id/versions': { action: 'document.open', kind: 'document' },
  'GET /api/v1/documents/:id/compare': { action: 'document.open', kind: 'document' },
  'GET /api/v1/documents/:id/near': { action: 'document.open', kind: 'document' },
  'GET /api/v1/documents/:id/preview': { action: 'document.preview', kind: 'document' },
  'GET /api/v1/versions/:id': { action: 'document.open', kind: 'version' },
}

/** What is asked for here and done elsewhere, or done to no row that has an entry of its own. */
const ASKED: Readonly<Record<string, { action: string; kind: string }>> = {
  'POST /api/v1/documents/:id/retry': { action: 'document.retry', kind: 'document' },
  'POST /api/v1/understanding/repeat': { action: 'understanding.repeat', kind: 'box' },
  'POST /api/v1/jobs/:id/retry': { action: 'job.retry', kind: 'job' },
  'POST /api/v1/jobs/retry-dead': { action: 'job.retry_dead', kind: 'box' },
  'POST /api/v1/models/import': { action: 'model.ask', kind: 'box' },
  'POST /api/v1/models/verify': { action: 'model.ask', kind: 'box' },
  'POST /api/v1/models/measure': { action: 'model.ask', kind: 'box' },
  'POST /api/v1/models/remove': { action: 'model.ask', kind: 'box' },
  'POST /api/v1/models/work/:id/confirm': { action: 'model.confirm', kind: 'box' },
  'DELETE /api/v1/models/work/:id': { action: 'model.cancel', kind: 'box' },
  'POST /api/v1/providers/retry': { action: 'provider.retry', kind: 'box' },
  'POST /api/v1/shares/probe': { action: 'share.probe', kind: 'box' },
  'POST /api/v1/shares/preview': { action: 'share.probe', kind: 'box' },
}

/** Place of the id in `/api/v1/documents/<id>`. */
const ID = 4

/** Leaves an audit entry for every answer that hands out something of a document, and for what is asked for. */
export const reading = ({ ports, readings }: Pick<Door, 'ports' | 'readings'>) =>
  createMiddleware<Env>(async (c, next) => {
    await next()
    const operation = operationOf(c)
    const [opened, asked] = [OPENED[operation], ASKED[operation]]
    const actor = c.get('who')?.actor
    const status = c.get('sentStatus') ?? c.res.status
    if (!actor || status >= 400) return
    if (asked) await auditAsked(ports, actor, { ...asked, operation, path: c.req.path })
    if (!opened) return
    const { action, kind } = opened
    const subject = subjectOf(kind, c.req.path)
    await readings.add(
      { ...doneBy(ports, actor), action, subject, detail: {} },
      sameOf(c, `${action} ${subject}`),
    )
  })

/** Durable before whoever asked is answered. */
async function auditAsked(
  ports: Door['ports'],
  actor: Actor,
  {
    action,
    kind,
    operation,
    path,
  }: { action: string; kind: string; operation: string; path: string },
): Promise<void> {
  const subject = kind === 'box' ? 'box' : subjectOf(kind, path)
  const entry = { ...doneBy(ports, actor), action, subject, detail: { operation } }
  await ports.catalog.journal.audit(entry)
}

const subjectOf = (kind: string, path: string) => `${kind}:${path.split('/')[ID] ?? ''}`

/** What an entry says of who acts, and when. */
export function doneBy(
  ports: Door['ports'],
  actor: Actor,
): Pick<AuditEntry, 'at' | 'userId' | 'traceId' | 'address' | 'door'> {
  const { now, ...by } = actBy(ports, actor)
  return { ...by, at: now }
}

/** Names a reading so that the same credential's next one of the same thing is known. */
export const sameOf = (c: Ctx, what: string): string =>
  `${c.get('who')?.id ?? ''} ${c.get('address')} ${what}`
