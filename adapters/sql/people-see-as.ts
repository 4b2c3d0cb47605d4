import { sql } from 'kysely'
import type { People } from '../../core/ports/index.ts'
import type { Database } from './database.ts'
import { auditAct } from './library-audit.ts'
import { userOf } from './people-accounts.ts'
import { prepared } from './prepared.ts'

type SeeAs = Pick<People, 'startSeeing' | 'seenBy' | 'stopSeeing'>

/** Which session looks as whom. */
export const peopleSeeAs = (db: Database): SeeAs => ({
  startSeeing: ({ sessionId, userId, endsAt }, by) =>
    db.write(async (tx) => {
      const row = { user_id: userId, started_at: by.now, ends_at: endsAt }
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
    return user && { user: userOf(user), endsAt: row.ends_at }
  },

  stopSeeing: (sessionId, by) =>
    db.write(async (tx) => {
      const row = await tx
        .deleteFrom('see_as')
        .where('session_id', '=', sessionId)
        .returningAll()
        .executeTakeFirst()
      if (!row) return
      const detail = { started_at: row.started_at, ends_at: row.ends_at }
      await auditAct(tx, by, 'see_as.end', `user:${row.user_id}`, detail)
    }),
})

const seen = prepared(
  (_db, given: { sessionId: string }) => sql<{ user_id: string; ends_at: number }>`
    select user_id, ends_at from see_as where session_id = ${given.sessionId}`,
)
