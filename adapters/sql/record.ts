import type { Selectable } from 'kysely'
import type { AuditEntry } from '../../core/ports/index.ts'
import type { Tx } from './database.ts'
import { prepared } from './prepared.ts'
import type { Schema } from './schema.ts'

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
  await insertEvent.run(tx, {
    at: event.at,
    kind: event.kind,
    chapter_id: event.chapterId ?? null,
    user_id: event.userId ?? null,
    payload: JSON.stringify(event.payload),
  })
}

/** Writes an audit entry in the transaction of the act it records. */
export async function writeAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await insertEntry.run(tx, {
    at: entry.at,
    user_id: entry.userId ?? null,
    action: entry.action,
    subject: entry.subject,
    detail: JSON.stringify(entry.detail),
    trace_id: entry.traceId,
    address: entry.address ?? null,
  })
}

const insertEvent = prepared((tx, given: Omit<Selectable<Schema['events']>, 'id'>) =>
  tx.insertInto('events').values({
    at: given.at,
    kind: given.kind,
    chapter_id: given.chapter_id,
    user_id: given.user_id,
    payload: given.payload,
  }),
)

const insertEntry = prepared((tx, given: Omit<Selectable<Schema['audit']>, 'id'>) =>
  tx.insertInto('audit').values({
    at: given.at,
    user_id: given.user_id,
    action: given.action,
    subject: given.subject,
    detail: given.detail,
    trace_id: given.trace_id,
    address: given.address,
  }),
)
