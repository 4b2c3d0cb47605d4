import type { AuditEntry } from '../../core/ports/index.ts'
import type { Tx } from './database.ts'

/** An event for live views; `chapterId` or `userId` says who may be told. */
export interface NewEvent {
  kind: 'job' | 'document' | 'upload' | 'share' | 'alarm'
  chapterId?: string
  userId?: string
  payload: Record<string, unknown>
  at: number
}

/** Writes an event in the transaction of what it tells about. */
export async function writeEvent(tx: Tx, event: NewEvent): Promise<void> {
  await tx
    .insertInto('events')
    .values({
      at: event.at,
      kind: event.kind,
      chapter_id: event.chapterId ?? null,
      user_id: event.userId ?? null,
      payload: JSON.stringify(event.payload),
    })
    .execute()
}

/** Writes an audit entry in the transaction of the act it records. */
export async function writeAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await tx
    .insertInto('audit')
    .values({
      at: entry.at,
      user_id: entry.userId ?? null,
      action: entry.action,
      subject: entry.subject,
      detail: JSON.stringify(entry.detail),
      trace_id: entry.traceId,
      address: entry.address ?? null,
    })
    .execute()
}
