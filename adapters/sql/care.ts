import { type Selectable, sql } from 'kysely'
import type { BoxTime, Care, Hold, StoreAlarm } from '../../core/ports/index.ts'
import { careChecks } from './care-checks.ts'
import type { Database, Tx } from './database.ts'
import { auditAct } from './library-audit.ts'
import { writeEvent } from './record.ts'
import type { Schema } from './schema.ts'

/** Rounds of the reaper that begin sooner than this after the last one are none. */
const ROUND_MS = 60_000

/** The box's clock, the holds on the store and its alarms. */
export const sqlCare = (db: Database): Care => ({
  beat: ({ boot, ms }) =>
    db.write(async (tx) => {
      const clock = moved(await clockOf(tx), boot, Math.floor(ms))
      await tx.updateTable('box_clock').set(clock).execute()
      const { elapsed_ms, round } = clock
      await tx.deleteFrom('leases').where('expires_ms', '<=', elapsed_ms).execute()
      await tx
        .updateTable('blobs')
        .set({ idle_since_ms: elapsed_ms, idle_round: round })
        .where('refs', '=', sql.lit(0))
        .where('idle_since_ms', 'is', null)
        .execute()
      return toBoxTime(clock)
    }),

  boxTime: async () => toBoxTime(await clockOf(db.read)),

  hold: ({ id, note, forMs }, now) =>
    db.write(async (tx) => {
      const { elapsed_ms } = await clockOf(tx)
      const expires_ms = elapsed_ms + forMs
      await tx
        .insertInto('leases')
        .values({ id: holdId(id), note, created_at: now, expires_ms })
        .onConflict((on) => on.column('id').doUpdateSet({ note, expires_ms }))
        .execute()
      return { id, note, createdAt: now, leftMs: forMs }
    }),

  release: (id) =>
    db.write(async (tx) => {
      const gone = await tx.deleteFrom('leases').where('id', '=', holdId(id)).executeTakeFirst()
      return gone.numDeletedRows > 0n
    }),

  async holds() {
    const { elapsed_ms } = await clockOf(db.read)
    const rows = await db.read
      .selectFrom('leases')
      .selectAll()
      .where('blob_id', 'is', null)
      .orderBy('created_at')
      .execute()
    return rows.map((row) => toHold(row, elapsed_ms))
  },

  raise: ({ kind, detail }, by) =>
    db.write(async (tx) => {
      const known = await alarmOf(tx, kind)
      const row = { detail: JSON.stringify(detail) }
      await tx
        .insertInto('store_alarms')
        .values({ kind, raised_at: by.now, ...row })
        .onConflict((on) => on.column('kind').doUpdateSet(row))
        .execute()
      if (known) return false
      await auditAct(tx, by, 'store.alarm', `store:${kind}`, { detail })
      await writeEvent(tx, { kind: 'alarm', payload: { store: kind }, at: by.now })
      return true
    }),

  clear: (kind, by) =>
    db.write(async (tx) => {
      if (!(await alarmOf(tx, kind))) return false
      await tx.deleteFrom('store_alarms').where('kind', '=', kind).execute()
      await auditAct(tx, by, 'store.alarm_clear', `store:${kind}`)
      return true
    }),

  async alarms() {
    const rows = await db.read.selectFrom('store_alarms').selectAll().orderBy('raised_at').execute()
    return rows.map(toAlarm)
  },

  ...careChecks(db),
})

/**
 * Whether bytes may be removed at all: nobody holds the whole store, and no alarm says that what is
 * counted may be wrong, or that the disk does not read.
 */
export async function mayRemove(tx: Pick<Tx, 'selectFrom'>): Promise<boolean> {
  const { elapsed_ms } = await clockOf(tx)
  const hold = await tx
    .selectFrom('leases')
    .select('id')
    .where('blob_id', 'is', null)
    .where('expires_ms', '>', elapsed_ms)
    .limit(1)
    .executeTakeFirst()
  if (hold !== undefined) return false
  return !(await tx.selectFrom('store_alarms').select('kind').limit(1).executeTakeFirst())
}

type ClockRow = Omit<Schema['box_clock'], 'id'>

export const clockOf = (db: Pick<Tx, 'selectFrom'>): Promise<ClockRow> =>
  db
    .selectFrom('box_clock')
    .select(['boot', 'steady_ms', 'elapsed_ms', 'round', 'round_ms'])
    .executeTakeFirstOrThrow()

/** Time counts only where two looks at the same steady clock show that it passed. */
function moved(was: ClockRow, boot: string, steadyMs: number): ClockRow {
  const passedMs = was.boot === boot ? Math.max(0, steadyMs - was.steady_ms) : 0
  const elapsed_ms = was.elapsed_ms + passedMs
  const isRound = elapsed_ms - was.round_ms >= ROUND_MS
  return {
    boot,
    steady_ms: steadyMs,
    elapsed_ms,
    round: was.round + (isRound ? 1 : 0),
    round_ms: isRound ? elapsed_ms : was.round_ms,
  }
}

const alarmOf = (tx: Pick<Tx, 'selectFrom'>, kind: string) =>
  tx.selectFrom('store_alarms').select('kind').where('kind', '=', kind).executeTakeFirst()

/** Job leases have names of their own. */
const holdId = (id: string) => `hold:${id}`

const toBoxTime = ({ elapsed_ms, round }: ClockRow): BoxTime => ({ elapsedMs: elapsed_ms, round })

const toHold = (row: Selectable<Schema['leases']>, elapsedMs: number): Hold => ({
  id: row.id.slice('hold:'.length),
  note: row.note,
  createdAt: row.created_at,
  leftMs: Math.max(0, (row.expires_ms ?? elapsedMs) - elapsedMs),
})

const toAlarm = (row: Selectable<Schema['store_alarms']>): StoreAlarm => ({
  kind: row.kind,
  raisedAt: row.raised_at,
  detail: JSON.parse(row.detail),
})
