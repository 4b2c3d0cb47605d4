import { type Selectable, sql } from 'kysely'
import type { Visible } from '../../core/access/access.ts'
import type { EventRow, Journal } from '../../core/ports/index.ts'
import { sqlAudit } from './audit-rows.ts'
import type { Database } from './database.ts'
import { sqlEndings } from './endings.ts'
import { sqlLevel } from './level.ts'
import type { Schema } from './schema.ts'
import { sqlTraces } from './traces.ts'
import { isVisible } from './visible.ts'

/** Traces, errors, audit and events in SQL. */
export const sqlJournal = (db: Database): Journal => ({
  ...sqlAudit(db),
  ...sqlTraces(db),
  ...sqlEndings(db),
  ...sqlLevel(db),

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

/**
 * Events of chapters in sight and the user's own. One that names neither concerns the box, and is
 * told to those who see all of it.
 */
const concerns = (visible: Visible, userId: string) =>
  visible === 'all'
    ? sql<boolean>`(user_id is null or user_id = ${userId})`
    : sql<boolean>`((user_id is null and chapter_id is not null and
        ${isVisible('chapter_id', visible)}) or user_id = ${userId})`

const eventOf = (row: Selectable<Schema['events']>): EventRow => ({
  id: row.id,
  at: row.at,
  kind: row.kind as EventRow['kind'],
  payload: JSON.parse(row.payload) as Record<string, unknown>,
})
