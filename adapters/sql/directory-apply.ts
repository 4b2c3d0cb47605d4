import type { Selectable } from 'kysely'
import { newId } from '../../core/ids.ts'
import type { Changes, DirectoryGroup } from '../../core/ports/index.ts'
import type { Tx } from './database.ts'
import { applyPeople } from './directory-people.ts'
import { settleRoles } from './directory-roles.ts'
import type { Taking } from './directory-taking.ts'
import { auditAct } from './library-audit.ts'
import { directoryKey } from './name-key.ts'
import type { Schema } from './schema.ts'

/** Takes over what a directory showed. The audit tells of everybody for whom something changed. */
export async function applyShown(
  tx: Tx,
  directory: string,
  { shown, at }: Pick<Taking, 'shown' | 'at'>,
): Promise<Changes> {
  const changes = noChanges()
  const taking = { directory, shown, at, changes }
  const groups = await applyGroups(tx, taking)
  await applyPeople(tx, taking, groups)
  const { membersAdded, membersDropped } = changes
  // Roles follow from memberships.
  if (membersAdded + membersDropped > 0 || shown.isWhole) {
    changes.rolesChanged = await settleRoles(tx, directory, at)
  }
  if (shown.isWhole) await noteSync(tx, taking)
  return changes
}

/** @returns ids of our groups by object id */
async function applyGroups(tx: Tx, taking: Taking): Promise<Map<string, string>> {
  const { directory, shown, at, changes } = taking
  const rows = await tx
    .selectFrom('groups')
    .selectAll()
    .where('directory', '=', directory)
    .execute()
  const known = new Map(rows.map((row) => [row.object_id ?? '', row]))
  const ids = new Map<string, string>()
  for (const group of shown.groups) {
    const row = known.get(group.objectId)
    ids.set(group.objectId, row ? row.id : await addGroup(tx, taking, group))
    if (row) await renameGroup(tx, taking, { row, group })
  }
  if (!shown.isWhole) return ids
  for (const row of rows) {
    if (row.gone_at !== null || ids.has(row.object_id ?? '')) continue
    changes.groupsGone++
    await auditAct(tx, at, 'group.gone', `group:${row.id}`)
    await tx.updateTable('groups').set({ gone_at: at.now }).where('id', '=', row.id).execute()
    await tx.deleteFrom('group_members').where('group_id', '=', row.id).execute()
  }
  return ids
}

async function addGroup(
  tx: Tx,
  { directory, at, changes }: Taking,
  { objectId, name }: DirectoryGroup,
): Promise<string> {
  const id = newId(at.now)
  await tx
    .insertInto('groups')
    .values({
      id,
      name,
      name_key: directoryKey(name, directory, objectId),
      is_everyone: 0,
      created_at: at.now,
      directory,
      object_id: objectId,
    })
    .execute()
  changes.groupsAdded++
  await auditAct(tx, at, 'group.create', `group:${id}`, { name, directory, object_id: objectId })
  return id
}

async function renameGroup(
  tx: Tx,
  { directory, at, changes }: Taking,
  { row, group }: { row: Selectable<Schema['groups']>; group: DirectoryGroup },
): Promise<void> {
  const { name, objectId } = group
  if (row.name === name && row.gone_at === null) return
  if (row.name !== name) changes.groupsRenamed++
  await auditAct(tx, at, 'group.rename', `group:${row.id}`, { name })
  await tx
    .updateTable('groups')
    .set({ name, name_key: directoryKey(name, directory, objectId), gone_at: null })
    .where('id', '=', row.id)
    .execute()
}

async function noteSync(tx: Tx, { directory, shown, at, changes }: Taking): Promise<void> {
  const synced = {
    tried_at: at.now,
    synced_at: at.readAt,
    took_ms: at.now - at.readAt,
    people: shown.people.length,
    groups: shown.groups.length,
    reason: null,
    message: null,
    stopped: null,
  }
  await tx
    .insertInto('directories')
    .values({ id: directory, ...synced })
    .onConflict((on) => on.column('id').doUpdateSet(synced))
    .execute()
  const isNews = Object.values(changes).some((count) => count > 0)
  if (isNews) await auditAct(tx, at, 'directory.sync', `directory:${directory}`, { ...changes })
}

const noChanges = (): Changes => ({
  peopleAdded: 0,
  peopleBack: 0,
  peopleDisabled: 0,
  peopleGone: 0,
  peopleRenamed: 0,
  groupsAdded: 0,
  groupsGone: 0,
  groupsRenamed: 0,
  membersAdded: 0,
  membersDropped: 0,
  rolesChanged: 0,
})
