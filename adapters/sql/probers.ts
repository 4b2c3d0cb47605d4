import { sql } from 'kysely'
import { notFound } from '../../core/errors.ts'
import type { Act, ProberAlarm, Probers, Tally } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { auditAct } from './library-audit.ts'
import { writeEvent } from './record.ts'

/** Not completed, and not all of its bytes sent either: whoever sends the bytes asks for nothing. */
const UNSENT = sql`status not in ('UPLOAD_COMPLETE', 'UPLOAD_RECEIVED') and received_digest is null`

const isOver = (now: number) => sql`(status in ('UPLOAD_FAILED', 'UPLOAD_EXPIRED')
  or (status = 'UPLOAD_URL_GENERATED' and url_expires_at <= ${now}))`

const IS_UNCLEARED = sql<boolean>`raised_at > coalesce(cleared_at, 0)`

/** Probers, counted from the rows of uploads. */
export const sqlProbers = (db: Database): Probers => ({
  async tally(userId, since, now) {
    const { rows } = await sql<Record<keyof Tally, number | null>>`
      select
        count(*) filter (where not ${isOver(now)}) as open,
        count(*) filter (where ${isOver(now)}) as abandoned,
        min(created_at) filter (where ${isOver(now)}) as abandonedSince,
        min(url_expires_at) filter (where not ${isOver(now)}) as openUntil,
        (select raised_at from prober_alarms where user_id = ${userId} and ${IS_UNCLEARED}) as alarmAt
      from uploads u
      where user_id = ${userId} and created_at > ${since} and status <> 'UPLOAD_COMPLETE'
        and created_at > coalesce(
          (select cleared_at from prober_alarms a where a.user_id = u.user_id), 0)
        and ${UNSENT}`.execute(db.read)
    const [row] = rows
    return {
      open: row?.open ?? 0,
      abandoned: row?.abandoned ?? 0,
      ...(row?.abandonedSince != null && { abandonedSince: row.abandonedSince }),
      ...(row?.openUntil != null && { openUntil: row.openUntil }),
      ...(row?.alarmAt != null && { alarmAt: row.alarmAt }),
    }
  },

  raise: (most, { since, userId }, by) =>
    db.write(async (tx) => {
      const { rows } = await sql<{ userId: string; requests: number }>`
        select u.user_id as userId, count(*) as requests
        from uploads u left join prober_alarms a on a.user_id = u.user_id
        where u.created_at > ${since} and status <> 'UPLOAD_COMPLETE'
          and u.created_at > coalesce(a.cleared_at, 0)
          and (a.raised_at is null or a.raised_at <= ${since} or a.raised_at <= a.cleared_at)
          ${userId === undefined ? sql`` : sql`and u.user_id = ${userId}`}
          and ${UNSENT} and ${isOver(by.now)}
        group by u.user_id having count(*) > ${most}`.execute(tx)
      const alarms = rows.map((row) => ({ ...row, raisedAt: by.now }))
      for (const alarm of alarms) await write(tx, alarm, by)
      return alarms
    }),

  alarms: () =>
    db.read
      .selectFrom('prober_alarms')
      .select(['user_id as userId', 'raised_at as raisedAt', 'requests'])
      .where(IS_UNCLEARED)
      .orderBy('raised_at', 'desc')
      .execute(),

  clear: (userId, by) =>
    db.write(async (tx) => {
      const done = await tx
        .updateTable('prober_alarms')
        .set({ cleared_at: by.now })
        .where('user_id', '=', userId)
        .where(IS_UNCLEARED)
        .executeTakeFirst()
      if (done.numUpdatedRows === 0n) throw notFound()
      await auditAct(tx, by, 'prober.clear', `user:${userId}`)
    }),
})

async function write(tx: Tx, { userId, raisedAt, requests }: ProberAlarm, by: Act): Promise<void> {
  await tx
    .insertInto('prober_alarms')
    .values({ user_id: userId, raised_at: raisedAt, requests, cleared_at: null })
    .onConflict((on) => on.column('user_id').doUpdateSet({ raised_at: raisedAt, requests }))
    .execute()
  await auditAct(tx, by, 'prober.alarm', `user:${userId}`, { requests })
  // It names neither a chapter nor a user: those who see the whole box are told.
  await writeEvent(tx, { kind: 'alarm', payload: { user_id: userId, requests }, at: raisedAt })
}
