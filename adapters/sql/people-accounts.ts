import type { Selectable, Updateable } from 'kysely'
import { AppError, hasSystemCode } from '../../core/errors.ts'
import type { User } from '../../core/model/actor.ts'
import type { People, UserChange } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { auditAct } from './library-audit.ts'
import { directoryKeys, keyOf } from './name-key.ts'
import type { Schema } from './schema.ts'

type Accounts = Pick<
  People,
  'createUser' | 'updateUser' | 'lockOut' | 'user' | 'userByName' | 'passwordHash' | 'users'
>

/** Accounts. Names are unique without case. */
export const peopleAccounts = (db: Database): Accounts => ({
  createUser: (user, by) =>
    db.write(async (tx) => {
      await refuseNameOfDirectory(tx, user.username)
      await unlessTaken(() =>
        tx
          .insertInto('users')
          .values({
            id: user.id,
            username: user.username,
            username_key: keyOf(user.username),
            display_name: user.displayName,
            org_role: user.orgRole,
            password_hash: user.passwordHash ?? null,
            disabled_at: null,
            created_at: user.createdAt,
          })
          .execute(),
      )
      const { passwordHash: _, ...made } = user
      await auditAct(tx, by, 'user.create', `user:${user.id}`, {
        username: user.username,
        org_role: user.orgRole,
      })
      return made
    }),

  updateUser: (id, change, by) =>
    db.write(async (tx) => {
      const columns = columnsOf(change)
      if (Object.keys(columns).length > 0) {
        await tx.updateTable('users').set(columns).where('id', '=', id).execute()
      }
      const row = await tx.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row) return undefined
      await assertAdminLeft(tx)
      if (change.disabledAt) await tx.deleteFrom('sessions').where('user_id', '=', id).execute()
      await auditAct(tx, by, 'user.update', `user:${id}`, detailOf(change))
      return userOf(row)
    }),

  lockOut: (id, by) =>
    db.write(async (tx) => {
      const row = await tx
        .updateTable('users')
        .set((is) => ({ disabled_at: is.fn.coalesce('disabled_at', is.val(by.now)) }))
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      if (!row) return undefined
      await assertAdminLeft(tx)
      await auditAct(tx, by, 'user.lock_out', `user:${id}`)
      await tx.deleteFrom('sessions').where('user_id', '=', id).execute()
      await tx.deleteFrom('tokens').where('user_id', '=', id).execute()
      return userOf(row)
    }),

  async passwordHash(id) {
    const row = await db.read
      .selectFrom('users')
      .select('password_hash')
      .where('id', '=', id)
      .executeTakeFirst()
    return row?.password_hash ?? undefined
  },

  async user(id) {
    const row = await db.read
      .selectFrom('users')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row && userOf(row)
  },

  async userByName(username) {
    const row = await db.read
      .selectFrom('users')
      .selectAll()
      .where('username_key', '=', keyOf(username))
      .where('directory', 'is', null)
      .executeTakeFirst()
    return (
      row && {
        ...userOf(row),
        ...(row.password_hash !== null && { passwordHash: row.password_hash }),
      }
    )
  },

  async users() {
    const rows = await db.read.selectFrom('users').selectAll().orderBy('username_key').execute()
    return rows.map(userOf)
  },
})

export const userOf = (row: Selectable<Schema['users']>): User => ({
  ...directoryOf(row),
  id: row.id,
  username: row.username,
  displayName: row.display_name,
  orgRole: row.org_role,
  ...disabledOf(row),
  ...(row.quota_bytes !== null && { quotaBytes: row.quota_bytes }),
  createdAt: row.created_at,
  ...(row.second_step_at !== null && { secondStepAt: row.second_step_at }),
})

/** Disabled by an administrator, or by the directory. */
function disabledOf({ disabled_at, left_at }: Selectable<Schema['users']>): Partial<User> {
  const disabledAt = disabled_at ?? left_at
  return disabledAt === null ? {} : { disabledAt }
}

function directoryOf(row: Selectable<Schema['users']>): Partial<User> {
  if (row.directory === null || row.object_id === null) return {}
  const left = row.left_why
  const seenAt = row.seen_at ?? 0
  return {
    directory: { id: row.directory, objectId: row.object_id, seenAt, ...(left && { left }) },
  }
}

const columnsOf = (change: UserChange): Updateable<Schema['users']> => ({
  ...(change.displayName !== undefined && { display_name: change.displayName }),
  ...(change.orgRole !== undefined && { org_role: change.orgRole }),
  ...(change.disabledAt !== undefined && { disabled_at: change.disabledAt }),
  ...(change.passwordHash !== undefined && { password_hash: change.passwordHash }),
  ...(change.quotaBytes !== undefined && { quota_bytes: change.quotaBytes }),
})

/** What the audit keeps of a change: never the password, only that there was a new one. */
const detailOf = ({ passwordHash, disabledAt, ...plain }: UserChange) => ({
  ...plain,
  ...(disabledAt !== undefined && { disabled: disabledAt !== null }),
  ...(passwordHash !== undefined && { password: 'changed' }),
})

async function assertAdminLeft(tx: Tx): Promise<void> {
  const admin = await tx
    .selectFrom('users')
    .select('id')
    .where('org_role', '=', 'admin')
    .where('disabled_at', 'is', null)
    // One who can sign in whatever becomes of a directory.
    .where('directory', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (admin) return
  throw new AppError('conflict', 'This is the last active administrator.', { reason: 'LAST_ADMIN' })
}

/** Who has the name in a directory would be kept out by a local account of it. */
async function refuseNameOfDirectory(tx: Tx, username: string): Promise<void> {
  const { from, to } = directoryKeys(username)
  const row = await tx
    .selectFrom('users')
    .select('id')
    .where('username_key', '>=', from)
    .where('username_key', '<', to)
    .where('left_at', 'is', null)
    .executeTakeFirst()
  if (!row) return
  throw new AppError('conflict', 'Somebody of the directory has this name.', {
    reason: 'USERNAME_TAKEN',
  })
}

async function unlessTaken(insert: () => Promise<unknown>): Promise<void> {
  try {
    await insert()
  } catch (cause) {
    if (!hasSystemCode(cause, 'SQLITE_CONSTRAINT_UNIQUE')) throw cause
    throw new AppError('conflict', 'There is an account of this name already.', {
      reason: 'USERNAME_TAKEN',
      cause,
    })
  }
}
