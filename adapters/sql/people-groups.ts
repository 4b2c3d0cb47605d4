import { sql } from 'kysely'
import { AppError, hasSystemCode, notFound } from '../../core/errors.ts'
import type { People } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { auditAct } from './library-audit.ts'
import { keyOf } from './name-key.ts'
import { userOf } from './people-accounts.ts'

type Groups = Pick<
  People,
  'createGroup' | 'groups' | 'removeGroup' | 'members' | 'addMember' | 'removeMember'
>

/** Groups. Everybody is in the group of everyone without a row that says so. */
export const peopleGroups = (db: Database): Groups => ({
  createGroup: (group, by) =>
    db.write(async (tx) => {
      await tx
        .insertInto('groups')
        .values({
          id: group.id,
          name: group.name,
          name_key: keyOf(group.name),
          is_everyone: group.isEveryone ? 1 : 0,
          created_at: group.createdAt,
        })
        .execute()
        .catch(refuseTaken)
      await auditAct(tx, by, 'group.create', `group:${group.id}`, { name: group.name })
      const { id, name, isEveryone } = group
      return { id, name, isEveryone, memberCount: 0 }
    }),

  async groups() {
    const { rows } = await sql<{
      id: string
      name: string
      is_everyone: number
      directory: string | null
      gone_at: number | null
      members: number
    }>`
      select g.id, g.name, g.is_everyone, g.directory, g.gone_at, case when g.is_everyone
          then (select count(*) from users where disabled_at is null and left_at is null)
          else (select count(*) from group_members m where m.group_id = g.id) end as members
      from groups g order by g.name_key`.execute(db.read)
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      isEveryone: row.is_everyone === 1,
      memberCount: row.members,
      ...(row.directory !== null && { directory: row.directory }),
      ...(row.gone_at !== null && { isGone: true }),
    }))
  },

  removeGroup: (id, by) =>
    db.write(async (tx) => {
      const { name } = await removableGroup(tx, id)
      await auditAct(tx, by, 'group.remove', `group:${id}`, { name })
      await tx.deleteFrom('groups').where('id', '=', id).execute()
    }),

  async members(groupId) {
    const group = await db.read
      .selectFrom('groups')
      .select('is_everyone')
      .where('id', '=', groupId)
      .executeTakeFirst()
    if (!group) throw notFound()
    const users = db.read.selectFrom('users as u').selectAll('u').orderBy('u.username_key')
    const rows = await (group.is_everyone
      ? users.where('u.disabled_at', 'is', null).where('u.left_at', 'is', null)
      : users.innerJoin('group_members as m', 'm.user_id', 'u.id').where('m.group_id', '=', groupId)
    ).execute()
    return rows.map(userOf)
  },

  addMember: (groupId, userId, by) =>
    db.write(async (tx) => {
      await plainGroup(tx, groupId)
      const done = await tx
        .insertInto('group_members')
        .values({ group_id: groupId, user_id: userId })
        .onConflict((on) => on.doNothing())
        .executeTakeFirst()
        .catch((cause) => {
          throw hasSystemCode(cause, 'SQLITE_CONSTRAINT_FOREIGNKEY') ? notFound() : cause
        })
      if (done.numInsertedOrUpdatedRows === 0n) return
      await auditAct(tx, by, 'group.add', `group:${groupId}`, { user_id: userId })
    }),

  removeMember: (groupId, userId, by) =>
    db.write(async (tx) => {
      await plainGroup(tx, groupId)
      const done = await tx
        .deleteFrom('group_members')
        .where('group_id', '=', groupId)
        .where('user_id', '=', userId)
        .executeTakeFirst()
      if (done.numDeletedRows === 0n) return
      await auditAct(tx, by, 'group.drop', `group:${groupId}`, { user_id: userId })
    }),
})

/** A group whose members are ours to say. */
async function plainGroup(tx: Tx, id: string): Promise<{ name: string }> {
  const group = await memberGroup(tx, id)
  if (group.directory !== null) throw ofDirectory(group.name)
  return group
}

/** One of a directory may go when it is gone there, too. */
async function removableGroup(tx: Tx, id: string): Promise<{ name: string }> {
  const group = await memberGroup(tx, id)
  if (group.directory !== null && group.gone_at === null) throw ofDirectory(group.name)
  return group
}

const ofDirectory = (name: string) =>
  new AppError('conflict', `"${name}" belongs to the directory, and is changed there.`, {
    reason: 'DIRECTORY_GROUP',
  })

/** A group whose members are rows. */
async function memberGroup(
  tx: Tx,
  id: string,
): Promise<{ name: string; directory: string | null; gone_at: number | null }> {
  const group = await tx
    .selectFrom('groups')
    .select(['name', 'is_everyone', 'directory', 'gone_at'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!group) throw notFound()
  if (group.is_everyone) {
    throw new AppError('conflict', `Everybody belongs to "${group.name}"; it cannot be changed.`, {
      reason: 'EVERYONE',
    })
  }
  return group
}

function refuseTaken(cause: unknown): never {
  if (!hasSystemCode(cause, 'SQLITE_CONSTRAINT_UNIQUE')) throw cause
  throw new AppError('conflict', 'There is a group of this name already.', {
    reason: 'GROUP_EXISTS',
    cause,
  })
}
