import { sql } from 'kysely'
import type { People } from '../../core/ports/index.ts'
import type { Database } from './database.ts'
import { auditAct } from './library-audit.ts'
import { userOf } from './people-accounts.ts'
import { prepared } from './prepared.ts'

type SeeAs = Pick<People, 'startSeeing' | 'seenBy' | 'tellEndOfSeeing' | 'stopSeeing'>

/** Which session looks as whom. */
export const peopleSeeAs = (db: Database): SeeAs => ({
  startSeeing: ({ sessionId, userId, endsAt }, by) =>
    db.write(async (tx) => {
      const row = { user_id: userId, started_at: by.now, ends_at: endsAt, end_told: 0 }
      await tx
        .insertInto('see_as')
        .values({ session_id: sessionId, ...row })
        .onConflict((on) => on.column('session_id').doUpdateSet(row))
        .execute()
      await auditAct(tx, by, 'see_as.start', `user:${userId}`, { ends_at: endsAt })
    }),

  async seenBy(sessionId) {
    const row = await seen.first(db.read, { sessionId })
    if (!row) return undefined
    const user = await db.read
      .selectFrom('users')
      .selectAll()
      .where('id', '=', row.user_id)
      .executeTakeFirst()
    return user && { user: userOf(user), endsAt: row.ends_at, isEndTold: row.end_told === 1 }
  },

  async tellEndOfSeeing({ now, ...by }, sessionId) {
    const due = await over.run(db.read, { now })
    if (due.rows.every((row) => sessionId !== undefined && row.session_id !== sessionId)) return
    await db.write(async (tx) => {
      for (const row of (await over.run(tx, { now })).rows) {
        if (sessionId !== undefined && row.session_id !== sessionId) continue
        await tx
          .updateTable('see_as')
          .set({ end_told: 1 })
          .where('session_id', '=', row.session_id)
          .execute()
        const detail = { started_at: row.started_at, ends_at: row.ends_at, by_time: true }
        const act = { ...by, now, userId: row.looker_id }
        await auditAct(tx, act, 'see_as.end', `user:${row.user_id}`, detail)
      }
    })
  },

  stopSeeing: (sessionId, by) =>
    db.write(async (tx) => {
      const row = await tx
        .deleteFrom('see_as')
        .where('session_id', '=', sessionId)
        .returningAll()
        .executeTakeFirst()
      if (!row || row.end_told === 1) return
      const detail = { started_at: row.started_at, ends_at: row.ends_at }
      await auditAct(tx, by, 'see_as.end', `user:${row.user_id}`, detail)
    }),
})

const seen = prepared(
  (_db, given: { sessionId: string }) => sql<{
    user_id: string
    ends_at: number
    end_told: number
  }>`
    select user_id, ends_at, end_told from see_as where session_id = ${given.sessionId}`,
)

/** Whose time is over, and nobody has noticed yet. */
const over = prepared((db, given: { now: number }) =>
  db
    .selectFrom('see_as as a')
    .innerJoin('sessions as s', 's.id', 'a.session_id')
    .selectAll('a')
    .select('s.user_id as looker_id')
    .where('a.end_told', '=', sql.lit(0))
    .where('a.ends_at', '<=', given.now),
)
