import { type Selectable, sql } from 'kysely'
import type { People, SessionRow } from '../../core/ports/index.ts'
import { isActive } from './active.ts'
import type { Database } from './database.ts'
import { userOf } from './people-accounts.ts'
import { prepared } from './prepared.ts'
import type { Schema } from './schema.ts'

type Sessions = Pick<
  People,
  | 'createSession'
  | 'session'
  | 'touchSession'
  | 'renewSession'
  | 'sessionsOf'
  | 'endSession'
  | 'pruneCredentials'
  | 'endOverdue'
  | 'isGood'
>

/** What was used later than now by more than this was used by another time than today's. */
const SKEW_MS = 60_000

/** Sessions of browsers, known by the hash of their secret only. */
export const peopleSessions = (db: Database): Sessions => ({
  createSession: (session) =>
    db.write(async (tx) => {
      await tx
        .insertInto('sessions')
        .values({
          id: session.id,
          id_hash: session.idHash,
          user_id: session.userId,
          created_at: session.createdAt,
          last_used_at: session.createdAt,
          expires_at: session.expiresAt,
          idle_ms: session.idleMs,
          user_agent: session.userAgent,
          address: session.address,
        })
        .execute()
    }),

  async session(idHash, now) {
    const row = await db.read
      .selectFrom('sessions as s')
      .selectAll()
      .where('s.id_hash', '=', idHash)
      .where('s.expires_at', '>', now)
      .where((is) => is(is('s.last_used_at', '+', is.ref('s.idle_ms')), '>', now))
      .where('s.last_used_at', '<=', now + SKEW_MS)
      .executeTakeFirst()
    if (!row) return undefined
    const user = await db.read
      .selectFrom('users as u')
      .selectAll('u')
      .where('u.id', '=', row.user_id)
      .where(isActive(now))
      .executeTakeFirst()
    return user && { ...sessionOf(row), user: userOf(user) }
  },

  async isGood(credentialId, now) {
    return (await good.first(db.read, { credentialId, now, ahead: now + SKEW_MS })) !== undefined
  },

  touchSession: (idHash, now) =>
    db.write(async (tx) => {
      await tx
        .updateTable('sessions')
        .set({ last_used_at: now })
        .where('id_hash', '=', idHash)
        .where('last_used_at', '<', now)
        .execute()
    }),

  renewSession: (id, idHash) =>
    db.write(async (tx) => {
      await tx.updateTable('sessions').set({ id_hash: idHash }).where('id', '=', id).execute()
    }),

  async sessionsOf(userId, now) {
    const rows = await db.read
      .selectFrom('sessions as s')
      .selectAll()
      .where('s.user_id', '=', userId)
      .where('s.expires_at', '>', now)
      .where((is) => is(is('s.last_used_at', '+', is.ref('s.idle_ms')), '>', now))
      .orderBy('s.last_used_at', 'desc')
      .execute()
    return rows.map(sessionOf)
  },

  endSession: (which) =>
    db.write(async (tx) => {
      const sessions = tx.deleteFrom('sessions')
      if ('idHash' in which) {
        await sessions.where('id_hash', '=', which.idHash).execute()
        return
      }
      const { userId, id, exceptId } = which
      await sessions
        .where('user_id', '=', userId)
        .$if(id !== undefined, (query) => query.where('id', '=', id ?? ''))
        .$if(exceptId !== undefined, (query) => query.where('id', '<>', exceptId ?? ''))
        .execute()
    }),

  endOverdue: (now) =>
    db.write(async (tx) => {
      const { numAffectedRows } = await sql`
        delete from sessions
        where expires_at <= ${now} or last_used_at + idle_ms <= ${now}
          or last_used_at > ${now + SKEW_MS}`.execute(tx)
      return Number(numAffectedRows ?? 0n)
    }),

  pruneCredentials: (before) =>
    db.write(async (tx) => {
      await tx.deleteFrom('sessions').where('expires_at', '<', before).execute()
      await tx.deleteFrom('tokens').where('expires_at', '<', before).execute()
    }),
})

const good = prepared(
  (_db, given: { credentialId: string; now: number; ahead: number }) => sql`
    select 1 from users u where ${isActive(given.now)} and u.id in (
      select user_id from sessions
      where id = ${given.credentialId}
        and expires_at > ${given.now} and last_used_at + idle_ms > ${given.now}
        and last_used_at <= ${given.ahead}
      union all
      select user_id from tokens
      where id = ${given.credentialId} and (expires_at is null or expires_at > ${given.now}))`,
)

const sessionOf = (row: Selectable<Schema['sessions']>): SessionRow => ({
  id: row.id,
  userId: row.user_id,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  expiresAt: row.expires_at,
  userAgent: row.user_agent,
  address: row.address,
})
