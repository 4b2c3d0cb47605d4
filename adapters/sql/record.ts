import type { Selectable } from 'kysely'
import type { AuditEntry } from '../../core/ports/index.ts'
import type { Tx } from './database.ts'
import { type Prepared, prepared } from './prepared.ts'
import type { Schema } from './schema.ts'
import { namesOf, SUBJECT_KINDS, type SubjectKind, subjectOf } from './subject-name.ts'

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

/**
 * Writes an audit entry in the transaction of the act it records, under the name its subject has at
 * this point of it: what renames or removes something is recorded first.
 */
export async function writeAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  const { kind, id } = subjectOf(entry.subject)
  await insertEntry[kind].run(tx, {
    at: entry.at,
    user_id: entry.userId ?? null,
    action: entry.action,
    subject: entry.subject,
    subject_id: id,
    detail: JSON.stringify(entry.detail),
    trace_id: entry.traceId,
    address: entry.address ?? null,
    door: entry.door ?? null,
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

interface GivenEntry
  extends Omit<Selectable<Schema['audit']>, 'id' | 'subject_name' | 'subject_place'> {
  subject_id: string
}

/** A statement for each kind of subject: it finds the name itself. */
const insertEntry = Object.fromEntries(
  SUBJECT_KINDS.map((kind) => [
    kind,
    prepared((tx, given: GivenEntry) =>
      tx.insertInto('audit').values({
        at: given.at,
        user_id: given.user_id,
        action: given.action,
        subject: given.subject,
        ...namesOf(kind, given.subject_id),
        detail: given.detail,
        trace_id: given.trace_id,
        address: given.address,
        door: given.door,
      }),
    ),
  ]),
) as Record<SubjectKind, Prepared<GivenEntry, unknown>>
