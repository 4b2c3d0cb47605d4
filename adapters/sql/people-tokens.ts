import type { Selectable } from 'kysely'
import type { Scope } from '../../core/model/actor.ts'
import type { People, TokenRow } from '../../core/ports/index.ts'
import { isActive } from './active.ts'
import type { Database } from './database.ts'
import { auditAct } from './library-audit.ts'
import { userOf } from './people-accounts.ts'
import { prepared } from './prepared.ts'
import type { Schema } from './schema.ts'

type Tokens = Pick<People, 'createToken' | 'token' | 'touchToken' | 'tokensOf' | 'revokeToken'>

/** Tokens of scripts, known by their hash only. */
export const peopleTokens = (db: Database): Tokens => ({
  createToken: (token, by) =>
    db.write(async (tx) => {
      await tx
        .insertInto('tokens')
        .values({
          id: token.id,
          token_hash: token.tokenHash,
          user_id: token.userId,
          name: token.name,
          scopes: JSON.stringify(token.scopes),
          book_ids: token.bookIds ? JSON.stringify(token.bookIds) : null,
          created_at: token.createdAt,
          expires_at: token.expiresAt ?? null,
          last_used_at: null,
        })
        .execute()
      await auditAct(tx, by, 'token.create', `token:${token.id}`, {
        name: token.name,
        scopes: token.scopes,
        ...(token.expiresAt !== undefined && { ends: new Date(token.expiresAt).toISOString() }),
        ...(token.bookIds && { books: token.bookIds }),
      })
    }),

  async token(tokenHash, now) {
    const row = await goodToken.first(db.read, { tokenHash, now })
    const user = row && (await enabled.first(db.read, { userId: row.user_id, now }))
    return user && { ...tokenOf(row), user: userOf(user) }
  },

  touchToken: (id, now) =>
    db.write(async (tx) => {
      await tx.updateTable('tokens').set({ last_used_at: now }).where('id', '=', id).execute()
    }),

  async tokensOf(userId) {
    const rows = await db.read
      .selectFrom('tokens')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('created_at', 'desc')
      .execute()
    return rows.map(tokenOf)
  },

  revokeToken: (userId, id, by) =>
    db.write(async (tx) => {
      const own = await tx
        .selectFrom('tokens')
        .select('id')
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .executeTakeFirst()
      if (!own) return false
      await auditAct(tx, by, 'token.revoke', `token:${id}`)
      await tx.deleteFrom('tokens').where('id', '=', id).execute()
      return true
    }),
})

const goodToken = prepared((db, given: { tokenHash: string; now: number }) =>
  db
    .selectFrom('tokens')
    .selectAll()
    .where('token_hash', '=', given.tokenHash)
    .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', given.now)])),
)

const enabled = prepared((db, given: { userId: string; now: number }) =>
  db
    .selectFrom('users as u')
    .selectAll('u')
    .where('u.id', '=', given.userId)
    .where(isActive(given.now)),
)

const tokenOf = (row: Selectable<Schema['tokens']>): TokenRow => ({
  id: row.id,
  userId: row.user_id,
  name: row.name,
  // Written by `createToken` alone, from these very types.
  scopes: JSON.parse(row.scopes) as Scope[],
  ...(row.book_ids !== null && { bookIds: JSON.parse(row.book_ids) as string[] }),
  createdAt: row.created_at,
  ...(row.expires_at !== null && { expiresAt: row.expires_at }),
  ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
})
