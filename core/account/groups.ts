import { requireOrgAdmin } from '../access/access.ts'
import { newId } from '../ids.ts'
import type { Actor, Group, User } from '../model/actor.ts'
import { cleanName } from '../model/name.ts'
import type { Ports } from '../ports/index.ts'
import { actBy } from './act.ts'

type Stores = Pick<Ports, 'catalog' | 'clock'>

/** All groups, by name. Administrators only, like everything here. @throws AppError `forbidden` */
export async function listGroups(
  { catalog }: Pick<Ports, 'catalog'>,
  actor: Actor,
): Promise<Group[]> {
  requireOrgAdmin(actor)
  return catalog.people.groups()
}

/** @throws AppError `forbidden`, `bad_request` (`INVALID_NAME`), `conflict` (`GROUP_EXISTS`) */
export async function createGroup(ports: Stores, actor: Actor, name: string): Promise<Group> {
  requireOrgAdmin(actor)
  const by = actBy(ports, actor)
  const group = { id: newId(by.now), name: cleanName(name), isEveryone: false, createdAt: by.now }
  return ports.catalog.people.createGroup(group, by)
}

/** Removes a group with all its grants. @throws AppError `forbidden`, `not_found`, `conflict` */
export async function removeGroup(ports: Stores, actor: Actor, id: string): Promise<void> {
  requireOrgAdmin(actor)
  await ports.catalog.people.removeGroup(id, actBy(ports, actor))
}

/** @throws AppError `forbidden`, `not_found` */
export async function listMembers(
  { catalog }: Pick<Ports, 'catalog'>,
  actor: Actor,
  groupId: string,
): Promise<User[]> {
  requireOrgAdmin(actor)
  return catalog.people.members(groupId)
}

/** A person in, or to be put in, a group. */
export interface Membership {
  groupId: string
  userId: string
}

/** @throws AppError `forbidden`, `not_found`, `conflict` (reason `EVERYONE`) */
export async function addMember(
  ports: Stores,
  actor: Actor,
  { groupId, userId }: Membership,
): Promise<void> {
  requireOrgAdmin(actor)
  await ports.catalog.people.addMember(groupId, userId, actBy(ports, actor))
}

/** @throws AppError `forbidden`, `not_found`, `conflict` (reason `EVERYONE`) */
export async function removeMember(
  ports: Stores,
  actor: Actor,
  { groupId, userId }: Membership,
): Promise<void> {
  requireOrgAdmin(actor)
  await ports.catalog.people.removeMember(groupId, userId, actBy(ports, actor))
}
