import type { Keys } from '../../core/keys.ts'
import type { Directories } from '../../core/ports/index.ts'
import type { Database } from './database.ts'
import { auditAct } from './library-audit.ts'

type Grants = Pick<Directories, 'grant' | 'keepGrant' | 'endGrant'>

/** What a provider of sign-ins can be asked by, in SQL: no text of it lies in the file. */
export const sqlGrants = (db: Database, keys: Pick<Keys, 'seal' | 'unseal'>): Grants => ({
  async grant(userId) {
    const row = await db.read
      .selectFrom('users')
      .select('sealed_grant')
      .where('id', '=', userId)
      .executeTakeFirst()
    const sealed = row?.sealed_grant
    return sealed == null ? undefined : keys.unseal(sealed, sealOf(userId))
  },

  keepGrant: (userId, grant) =>
    db.write(async (tx) => {
      const sealed_grant = grant === undefined ? null : keys.seal(grant, sealOf(userId))
      await tx.updateTable('users').set({ sealed_grant }).where('id', '=', userId).execute()
    }),

  endGrant: (userId, { isForAll }, by) =>
    db.write(async (tx) => {
      await tx.deleteFrom('sessions').where('user_id', '=', userId).execute()
      await tx
        .updateTable('users')
        .set({ sealed_grant: null, ...(isForAll && { good_until: by.now }) })
        .where('id', '=', userId)
        .execute()
      const detail = { by: 'oidc', tokens: isForAll }
      await auditAct(tx, by, 'session.end_all', `user:${userId}`, detail)
    }),
})

const sealOf = (userId: string) => `provider:${userId}`
