import { type Selectable, sql } from 'kysely'
import { notFound } from '../../core/errors.ts'
import type { Keys } from '../../core/keys.ts'
import type { Directories, DirectoryState, Vanishing } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { applyShown } from './directory-apply.ts'
import { sqlGrants } from './directory-grants.ts'
import { settleRoles } from './directory-roles.ts'
import { auditAct } from './library-audit.ts'
import { directoryKeys } from './name-key.ts'
import { userOf } from './people-accounts.ts'
import type { Schema } from './schema.ts'

/** What is known of directories, in SQL. */
export const sqlDirectories = (db: Database, keys: Pick<Keys, 'seal' | 'unseal'>): Directories => ({
  ...sqlGrants(db, keys),

  async state(directory) {
    const row = await db.read
      .selectFrom('directories')
      .selectAll()
      .where('id', '=', directory)
      .executeTakeFirst()
    return row && stateOf(row)
  },

  async known(directory) {
    const people = await db.read
      .selectFrom('users')
      .select(['object_id', 'left_at'])
      .where('directory', '=', directory)
      .where((is) => is.or([is('left_why', 'is', null), is('left_why', '<>', 'gone')]))
      .execute()
    const groupsOf = await membershipsOf(db.read, directory)
    const groups = await db.read
      .selectFrom('groups')
      .select('object_id')
      .where('directory', '=', directory)
      .where('gone_at', 'is', null)
      .execute()
    return {
      people: people.map((row) => ({
        objectId: row.object_id ?? '',
        isIn: row.left_at === null,
        groups: groupsOf.get(row.object_id ?? '') ?? [],
      })),
      groups: groups.map((row) => ({ objectId: row.object_id ?? '' })),
    }
  },

  memberships: (directory, objectIds) => membershipsOf(db.read, directory, objectIds),

  apply: (directory, shown, at) => db.write((tx) => applyShown(tx, directory, { shown, at })),

  noteFailure: (directory, { at, traceId, reason, message, stopped }) =>
    db.write(async (tx) => {
      const tried = {
        tried_at: at,
        reason,
        message,
        ...(stopped && { stopped: JSON.stringify(stopped) }),
      }
      if (stopped && !(await wasStopped(tx, directory))) {
        const by = { traceId, now: at }
        await auditAct(tx, by, 'directory.stop', `directory:${directory}`, toldOf(stopped))
      }
      await tx
        .insertInto('directories')
        .values({ id: directory, synced_at: null, took_ms: null, stopped: null, ...tried })
        .onConflict((on) => on.column('id').doUpdateSet(tried))
        .execute()
    }),

  async user(directory, objectId) {
    const row = await db.read
      .selectFrom('users')
      .selectAll()
      .where('directory', '=', directory)
      .where('object_id', '=', objectId)
      .executeTakeFirst()
    return row && userOf(row)
  },

  async idNamed(directory, username) {
    const { from, to } = directoryKeys(username)
    const rows = await db.read
      .selectFrom('users')
      .select('id')
      .where('username_key', '>=', from)
      .where('username_key', '<', to)
      .where('directory', '=', directory)
      .where((is) => is.or([is('left_why', 'is', null), is('left_why', '<>', 'gone')]))
      .limit(2)
      .execute()
    return rows.length === 1 ? rows[0]?.id : undefined
  },

  async inUse(directory, { usedSince, notSeenSince, now }) {
    const { rows } = await sql<{ object_id: string }>`
      select u.object_id from users u
      where u.directory = ${directory} and u.left_at is null and u.disabled_at is null
        and u.seen_at < ${notSeenSince}
        and (
          exists (select 1 from sessions s where s.user_id = u.id
            and s.expires_at > ${now} and s.last_used_at + s.idle_ms > ${now})
          or exists (select 1 from tokens t where t.user_id = u.id and t.last_used_at > ${usedSince})
          or exists (select 1 from uploads p where p.user_id = u.id and p.url_expires_at > ${now}
            and p.status in ('UPLOAD_PENDING', 'UPLOAD_URL_GENERATED', 'UPLOAD_RECEIVED')))
      order by u.seen_at`.execute(db.read)
    return rows.map((row) => row.object_id)
  },

  async groups(directory) {
    const { rows } = await sql<{
      id: string
      name: string
      org_role: 'admin' | null
      gone_at: number | null
      members: number
    }>`
      select g.id, g.name, g.org_role, g.gone_at,
        (select count(*) from group_members m where m.group_id = g.id) as members
      from groups g where g.directory = ${directory}
      order by g.gone_at is not null, g.name_key`.execute(db.read)
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      memberCount: row.members,
      orgRole: row.org_role ?? 'member',
      isGone: row.gone_at !== null,
    }))
  },

  async grantsOf(directory, objectIds) {
    const rows = await db.read
      .selectFrom('grants as a')
      .innerJoin('groups as g', 'g.id', 'a.group_id')
      .innerJoin('books as b', 'b.id', 'a.book_id')
      .leftJoin('chapters as c', 'c.id', 'a.chapter_id')
      .select(['g.name as group', 'b.name as book', 'c.name as chapter', 'a.role'])
      .where('g.directory', '=', directory)
      .where('g.object_id', 'in', objectIds)
      .orderBy('b.name_key')
      .orderBy('c.name_key')
      .execute()
    return rows.map(({ chapter, ...row }) => ({ ...row, ...(chapter !== null && { chapter }) }))
  },

  async rolesOf(directory, objectIds) {
    const rows = await db.read
      .selectFrom('groups')
      .select('org_role')
      .where('directory', '=', directory)
      .where('object_id', 'in', objectIds)
      .execute()
    return rows.map((row) => row.org_role ?? 'member')
  },

  mapGroup: (groupId, orgRole, by) =>
    db.write(async (tx) => {
      const group = await tx
        .updateTable('groups')
        .set({ org_role: orgRole === 'admin' ? 'admin' : null })
        .where('id', '=', groupId)
        .where('directory', 'is not', null)
        .returning('directory')
        .executeTakeFirst()
      if (!group?.directory) throw notFound()
      await auditAct(tx, by, 'group.map', `group:${groupId}`, { org_role: orgRole })
      await settleRoles(tx, group.directory, by)
    }),
})

/** Object ids of groups by those of their members: all of them, or these. */
async function membershipsOf(
  on: Database['read'],
  directory: string,
  objectIds?: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await on
    .selectFrom('users as u')
    .innerJoin('group_members as m', 'm.user_id', 'u.id')
    .innerJoin('groups as g', 'g.id', 'm.group_id')
    .select(['u.object_id as person', 'g.object_id as group'])
    .where('u.directory', '=', directory)
    .where('g.directory', '=', directory)
    .$if(objectIds !== undefined, (query) => query.where('u.object_id', 'in', objectIds ?? []))
    .execute()
  const groups = new Map<string, string[]>()
  for (const { person, group } of rows) {
    const own = groups.get(person ?? '')
    if (own) own.push(group ?? '')
    else groups.set(person ?? '', [group ?? ''])
  }
  return groups
}

/** Groups that are named in the audit, of those that would lose too many. */
const NAMED = 5

const toldOf = ({ shrinking, ...counts }: Vanishing) => ({
  ...counts,
  ...(shrinking.length > 0 && {
    shrinking: shrinking
      .slice(0, NAMED)
      .map(({ name, lost, of }) => `${name}: ${lost} of ${of}`)
      .join('; '),
  }),
})

async function wasStopped(tx: Tx, directory: string): Promise<boolean> {
  const row = await tx
    .selectFrom('directories')
    .select('stopped')
    .where('id', '=', directory)
    .executeTakeFirst()
  return row?.stopped != null
}

/** Written by `noteFailure` alone. */
const stoppedOf = (json: string): Vanishing => ({
  // What was stopped before these were counted.
  members: 0,
  shrinking: [],
  ...(JSON.parse(json) as Omit<Vanishing, 'members' | 'shrinking'> & Partial<Vanishing>),
})

const stateOf = (row: Selectable<Schema['directories']>): DirectoryState => ({
  people: row.people,
  groups: row.groups,
  ...(row.tried_at !== null && { triedAt: row.tried_at }),
  ...(row.synced_at !== null && { syncedAt: row.synced_at }),
  ...(row.took_ms !== null && { tookMs: row.took_ms }),
  ...(row.reason !== null && { reason: row.reason }),
  ...(row.message !== null && { message: row.message }),
  ...(row.stopped !== null && { stopped: stoppedOf(row.stopped) }),
})
