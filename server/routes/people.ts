import {
  addMember,
  createGroup,
  listGroups,
  listMembers,
  removeGroup,
  removeMember,
} from '../../core/account/groups.ts'
import { createUser, listUsers, lockOut, updateUser } from '../../core/account/users.ts'
import { findSubjects } from '../../core/library/grants.ts'
import type { Group } from '../../core/model/actor.ts'
import { accessOf, actorOf, router } from '../context.ts'
import * as contract from '../contract/people.ts'
import type { Door } from '../door.ts'
import { accountOut } from '../wire/account.ts'
import { wholeList } from '../wire/page.ts'

/** Accounts and groups, and looking people up to grant them something. */
export const people = ({ ports }: Door) =>
  router()
    .openapi(contract.listUsersRoute, async (c) => {
      const users = await listUsers(ports, actorOf(c), c.req.valid('query').q)
      return c.json(wholeList(users, accountOut), 200)
    })
    .openapi(contract.createUserRoute, async (c) => {
      const { username, password, display_name, org_role } = c.req.valid('json')
      const user = await createUser(ports, actorOf(c), {
        username,
        password,
        ...(display_name !== undefined && { displayName: display_name }),
        ...(org_role !== undefined && { orgRole: org_role }),
      })
      return c.json(accountOut(user), 201)
    })
    .openapi(contract.updateUserRoute, async (c) => {
      const { display_name, org_role, disabled, password, quota_bytes } = c.req.valid('json')
      const user = await updateUser(ports, actorOf(c), {
        id: c.req.valid('param').id,
        ...(display_name !== undefined && { displayName: display_name }),
        ...(org_role !== undefined && { orgRole: org_role }),
        ...(disabled !== undefined && { disabled }),
        ...(password !== undefined && { password }),
        ...(quota_bytes !== undefined && { quotaBytes: quota_bytes }),
      })
      return c.json(accountOut(user), 200)
    })
    .openapi(contract.lockOutRoute, async (c) => {
      const user = await lockOut(ports, actorOf(c), c.req.valid('param').id)
      return c.json(accountOut(user), 200)
    })
    .openapi(contract.listGroupsRoute, async (c) =>
      c.json(wholeList(await listGroups(ports, actorOf(c)), groupOut), 200),
    )
    .openapi(contract.createGroupRoute, async (c) => {
      const group = await createGroup(ports, actorOf(c), c.req.valid('json').name)
      return c.json(groupOut(group), 201)
    })
    .openapi(contract.removeGroupRoute, async (c) => {
      await removeGroup(ports, actorOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    })
    .openapi(contract.listMembersRoute, async (c) => {
      const members = await listMembers(ports, actorOf(c), c.req.valid('param').id)
      return c.json(wholeList(members, accountOut), 200)
    })
    .openapi(contract.addMemberRoute, async (c) => {
      const { id, userId } = c.req.valid('param')
      await addMember(ports, actorOf(c), { groupId: id, userId })
      return c.body(null, 204)
    })
    .openapi(contract.removeMemberRoute, async (c) => {
      const { id, userId } = c.req.valid('param')
      await removeMember(ports, actorOf(c), { groupId: id, userId })
      return c.body(null, 204)
    })
    .openapi(contract.listSubjectsRoute, async (c) => {
      const subjects = await findSubjects(ports, await accessOf(c), c.req.valid('query').q ?? '')
      return c.json(
        wholeList(subjects, (subject) => subject),
        200,
      )
    })

const groupOut = (group: Group) => ({
  id: group.id,
  name: group.name,
  is_everyone: group.isEveryone,
  member_count: group.memberCount,
  directory: group.directory ?? null,
  is_gone: group.isGone ?? false,
})
