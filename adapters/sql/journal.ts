import { type Selectable, sql } from 'kysely'
import type { Visible } from '../../core/access/access.ts'
import type { AuditEntry, ErrorRow, EventRow, Journal, TraceRow } from '../../core/ports/index.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import type { Database, Tx } from './database.ts'
import { writeAudit } from './record.ts'
import type { Schema } from './schema.ts'
import { isVisible } from './visible.ts'

/** Traces, errors, audit and events in SQL. */
export const sqlJournal = (db: Database): Journal => ({
  traces: (spans) =>
    db.write(async (tx) => {
      for (const span of spans) await putSpan(tx, span)
    }),

  error: (entry) =>
    db.write(async (tx) => {
      await tx
        .insertInto('error_logs')
        .values({
          trace_id: entry.traceId,
          operation: entry.operation,
          code: entry.code,
          reason: entry.reason ?? null,
          message: entry.message,
          stack: entry.stack ?? null,
          at: entry.at,
        })
        .execute()
    }),

  audit: (entry) => db.write((tx) => writeAudit(tx, entry)),

  async auditPage(limit, cursor) {
    const before = cursor === undefined ? undefined : Number(decodeCursor(cursor, 'audit').id)
    const rows = await db.read
      .selectFrom('audit')
      .selectAll()
      .$if(before !== undefined, (query) => query.where('id', '<', before ?? 0))
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute()
    const items = rows.slice(0, limit).map(auditOf)
    const last = items.at(-1)
    if (rows.length <= limit || !last) return { items }
    return { items, nextCursor: encodeCursor({ order: 'audit', key: last.id, id: last.id }) }
  },

  async trace(traceId) {
    const spans = await db.read
      .selectFrom('request_traces')
      .selectAll()
      .where('trace_id', '=', traceId)
      .orderBy('started_at')
      .execute()
    const errors = await db.read
      .selectFrom('error_logs')
      .selectAll()
      .where('trace_id', '=', traceId)
      .orderBy('id')
      .execute()
    return { spans: spans.map(spanOf), errors: errors.map(errorOf) }
  },

  async events(visible, userId, afterId, limit) {
    const rows = await db.read
      .selectFrom('events')
      .selectAll()
      .where('id', '>', afterId)
      .where(concerns(visible, userId))
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map(eventOf)
  },

  async lastEventId() {
    // The sequence outlives pruned rows, so an id handed out is never given again.
    const { rows } = await sql<{ seq: number }>`
      select seq from sqlite_sequence where name = 'events'`.execute(db.read)
    return rows[0]?.seq ?? 0
  },

  prune: (kind, before, limit) =>
    db.write(async (tx) => {
      const { numAffectedRows } = await OLD[kind](before, limit).execute(tx)
      return Number(numAffectedRows ?? 0)
    }),
})

/** Events get their numbers in the order of their times, so the oldest are the first. */
const OLD = {
  events: (before: number, limit: number) => sql`
    delete from events where id in (
      select id from (select id, at from events order by id limit ${limit}) where at < ${before})`,
  traces: (before: number, limit: number) => sql`
    delete from request_traces where (trace_id, operation) in (
      select trace_id, operation from request_traces where started_at < ${before} limit ${limit})`,
  errors: (before: number, limit: number) => sql`
    delete from error_logs where id in (
      select id from error_logs where at < ${before} limit ${limit})`,
}

async function putSpan(tx: Tx, span: TraceRow): Promise<void> {
  const times = {
    status: span.status,
    started_at: span.startedAt,
    ended_at: span.startedAt + span.durationMs,
    duration_ms: span.durationMs,
  }
  await tx
    .insertInto('request_traces')
    .values({
      trace_id: span.traceId,
      operation: span.operation,
      user_id: span.userId ?? null,
      ...times,
    })
    .onConflict((on) =>
      on
        .columns(['trace_id', 'operation'])
        .doUpdateSet(times)
        // Trace ids come from outside: nobody overwrites the span of somebody else.
        .where(sql<boolean>`request_traces.user_id is excluded.user_id`),
    )
    .execute()
}

/**
 * Events of chapters in sight and the user's own. One that names neither concerns the box, and is
 * told to those who see all of it.
 */
const concerns = (visible: Visible, userId: string) =>
  visible === 'all'
    ? sql<boolean>`(user_id is null or user_id = ${userId})`
    : sql<boolean>`((user_id is null and chapter_id is not null and
        ${isVisible('chapter_id', visible)}) or user_id = ${userId})`

const spanOf = (row: Selectable<Schema['request_traces']>): TraceRow => ({
  traceId: row.trace_id,
  operation: row.operation,
  ...(row.user_id !== null && { userId: row.user_id }),
  status: row.status ?? '',
  startedAt: row.started_at,
  durationMs: row.duration_ms ?? 0,
})

const errorOf = (row: Selectable<Schema['error_logs']>): ErrorRow => ({
  traceId: row.trace_id,
  operation: row.operation,
  code: row.code,
  ...(row.reason !== null && { reason: row.reason }),
  message: row.message,
  ...(row.stack !== null && { stack: row.stack }),
  at: row.at,
})

const auditOf = (row: Selectable<Schema['audit']>): AuditEntry & { id: number } => ({
  id: row.id,
  at: row.at,
  ...(row.user_id !== null && { userId: row.user_id }),
  action: row.action,
  subject: row.subject,
  detail: JSON.parse(row.detail) as Record<string, unknown>,
  traceId: row.trace_id,
  ...(row.address !== null && { address: row.address }),
})

const eventOf = (row: Selectable<Schema['events']>): EventRow => ({
  id: row.id,
  at: row.at,
  kind: row.kind as EventRow['kind'],
  payload: JSON.parse(row.payload) as Record<string, unknown>,
})
