import type { Selectable } from 'kysely'
import { newId } from '../../core/ids.ts'
import type { DirectoryPerson } from '../../core/ports/index.ts'
import type { Tx } from './database.ts'
import type { Taking } from './directory-taking.ts'
import { auditAct } from './library-audit.ts'
import { directoryKey } from './name-key.ts'
import type { Schema } from './schema.ts'

type Row = Selectable<Schema['users']>

/** Takes over people, with the groups they are in. `groups`: ids of our groups by object id. */
export async function applyPeople(
  tx: Tx,
  taking: Taking,
  groups: ReadonlyMap<string, string>,
): Promise<void> {
  const { directory, shown, at } = taking
  const asked = shown.people.map((person) => person.objectId)
  const rows = await tx
    .selectFrom('users')
    .selectAll()
    .where('directory', '=', directory)
    .$if(!shown.isWhole, (query) => query.where('object_id', 'in', asked))
    .execute()
  const known = new Map(rows.map((row) => [row.object_id ?? '', row]))
  const members = await membersOf(tx, taking)
  for (const person of shown.people) {
    const row = known.get(person.objectId)
    // Somebody has looked again since this reading began.
    if (row && (row.seen_at ?? 0) > at.readAt) continue
    const id = row ? row.id : await addPerson(tx, taking, person)
    if (row) await changePerson(tx, taking, { row, person })
    const wanted = person.groups.flatMap((group) => groups.get(group.objectId) ?? [])
    await settleGroups(tx, taking, {
      userId: id,
      wanted: new Set(wanted),
      have: members.get(id) ?? new Set(),
    })
  }
  if (!shown.isWhole) return
  const there = new Set(asked)
  for (const row of rows) {
    const isOld = (row.seen_at ?? 0) <= at.readAt
    if (isOld && row.left_why !== 'gone' && !there.has(row.object_id ?? '')) {
      await losePerson(tx, taking, row)
    }
  }
}

/** Of groups of this directory alone: local ones are nobody else's business. */
async function membersOf(tx: Tx, { directory, shown }: Taking): Promise<Map<string, Set<string>>> {
  const rows = await tx
    .selectFrom('group_members as m')
    .innerJoin('groups as g', 'g.id', 'm.group_id')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .select(['m.user_id', 'm.group_id'])
    .where('g.directory', '=', directory)
    .$if(!shown.isWhole, (query) =>
      query.where(
        'u.object_id',
        'in',
        shown.people.map((person) => person.objectId),
      ),
    )
    .execute()
  const members = new Map<string, Set<string>>()
  for (const { user_id, group_id } of rows) {
    const groups = members.get(user_id) ?? new Set()
    members.set(user_id, groups.add(group_id))
  }
  return members
}

const namesOf = (directory: string, { username, displayName, objectId }: DirectoryPerson) => ({
  username,
  username_key: directoryKey(username, directory, objectId),
  display_name: displayName,
})

async function addPerson(tx: Tx, taking: Taking, person: DirectoryPerson): Promise<string> {
  const { directory, at, changes } = taking
  const id = newId(at.now)
  await tx
    .insertInto('users')
    .values({
      id,
      ...namesOf(directory, person),
      org_role: 'member',
      password_hash: null,
      disabled_at: null,
      created_at: at.now,
      directory,
      object_id: person.objectId,
      left_at: person.isDisabled ? at.now : null,
      left_why: person.isDisabled ? 'disabled' : null,
      seen_at: at.readAt,
      good_until: at.now + at.graceMs,
    })
    .execute()
  changes.peopleAdded++
  const { username, objectId } = person
  await auditAct(tx, at, 'user.create', `user:${id}`, { username, directory, object_id: objectId })
  return id
}

async function changePerson(
  tx: Tx,
  { directory, at, changes }: Taking,
  { row, person }: { row: Row; person: DirectoryPerson },
): Promise<void> {
  const isIn = row.left_at === null
  const isRenamed = row.username !== person.username || row.display_name !== person.displayName
  if (isRenamed) {
    changes.peopleRenamed++
    const { username, displayName: display_name } = person
    await auditAct(tx, at, 'user.rename', `user:${row.id}`, { username, display_name })
  }
  if (person.isDisabled && isIn) {
    changes.peopleDisabled++
    await auditAct(tx, at, 'user.leave', `user:${row.id}`, { why: 'disabled' })
    await tx.deleteFrom('sessions').where('user_id', '=', row.id).execute()
  }
  if (!person.isDisabled && !isIn) {
    changes.peopleBack++
    await auditAct(tx, at, 'user.return', `user:${row.id}`)
  }
  await tx
    .updateTable('users')
    .set({
      ...(isRenamed && namesOf(directory, person)),
      left_at: person.isDisabled ? (row.left_at ?? at.now) : null,
      left_why: person.isDisabled ? 'disabled' : null,
      seen_at: at.readAt,
      good_until: at.now + at.graceMs,
    })
    .where('id', '=', row.id)
    .execute()
}

/** The account stays, with everything that it made, for whoever comes back under the same identity. */
async function losePerson(tx: Tx, { at, changes, directory }: Taking, row: Row): Promise<void> {
  changes.peopleGone++
  await auditAct(tx, at, 'user.leave', `user:${row.id}`, { why: 'gone' })
  await tx
    .updateTable('users')
    .set({ left_at: row.left_at ?? at.now, left_why: 'gone', seen_at: at.readAt })
    .where('id', '=', row.id)
    .execute()
  await tx.deleteFrom('sessions').where('user_id', '=', row.id).execute()
  await tx
    .deleteFrom('group_members')
    .where('user_id', '=', row.id)
    .where('group_id', 'in', (of) =>
      of.selectFrom('groups').select('id').where('directory', '=', directory),
    )
    .execute()
}

interface Membership {
  userId: string
  wanted: ReadonlySet<string>
  have: ReadonlySet<string>
}

/** What gives and takes rights is told one by one, of those who come with their groups, too. */
async function settleGroups(
  tx: Tx,
  { at, changes }: Taking,
  { userId, wanted, have }: Membership,
): Promise<void> {
  for (const groupId of wanted) {
    if (have.has(groupId)) continue
    changes.membersAdded++
    await tx.insertInto('group_members').values({ group_id: groupId, user_id: userId }).execute()
    await auditAct(tx, at, 'group.add', `group:${groupId}`, { user_id: userId })
  }
  for (const groupId of have) {
    if (wanted.has(groupId)) continue
    changes.membersDropped++
    await tx
      .deleteFrom('group_members')
      .where('group_id', '=', groupId)
      .where('user_id', '=', userId)
      .execute()
    await auditAct(tx, at, 'group.drop', `group:${groupId}`, { user_id: userId })
  }
}
