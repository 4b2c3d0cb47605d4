import { createRoute, z } from '@hono/zod-openapi'
import { UserOut } from './session.ts'
import { body, done, failures, Id, idParam, json, listOf, Name, Time } from './shared.ts'

const OrgRole = z.enum(['member', 'admin'])

export const AccountOut = UserOut.extend({
  disabled_at: Time.nullable(),
  quota_bytes: z.int().nullable().openapi({
    description: 'Most bytes that the account may put in; 0 for no limit, null for that of the box',
  }),
  created_at: Time,
  second_step_at: Time.nullable().openapi({
    description: 'Since when a code is asked for at sign-in; null while none is',
  }),
  directory: z
    .object({ id: z.string(), left: z.enum(['disabled', 'gone']).nullable() })
    .nullable()
    .openapi({ description: 'The directory that the account belongs to; null for local ones' }),
}).openapi('Account')

const tags = ['People']

export const listUsersRoute = createRoute({
  method: 'get',
  path: '/api/v1/users',
  operationId: 'listUsers',
  tags,
  summary: 'Accounts',
  request: { query: z.object({ q: z.string().max(200).optional() }) },
  responses: { 200: json(listOf(AccountOut), 'Accounts by name'), ...failures },
})

export const createUserRoute = createRoute({
  method: 'post',
  path: '/api/v1/users',
  operationId: 'createUser',
  tags,
  summary: 'Make an account',
  request: {
    body: body(
      z.object({
        username: z.string().trim().min(1).max(64),
        password: z.string().max(1024),
        display_name: z.string().trim().min(1).max(200).optional(),
        org_role: OrgRole.optional(),
      }),
    ),
  },
  responses: { 201: json(AccountOut, 'The account'), ...failures },
})

export const updateUserRoute = createRoute({
  method: 'patch',
  path: '/api/v1/users/{id}',
  operationId: 'updateUser',
  tags,
  summary: 'Change an account',
  description: 'A new password, another role or `disabled: true` ends all sessions of the account.',
  request: {
    params: idParam,
    body: body(
      z.object({
        display_name: z.string().trim().min(1).max(200).optional(),
        org_role: OrgRole.optional(),
        disabled: z.boolean().optional(),
        password: z.string().max(1024).optional(),
        quota_bytes: z.int().min(0).nullish(),
      }),
    ),
  },
  responses: { 200: json(AccountOut, 'The account'), ...failures },
})

export const lockOutRoute = createRoute({
  method: 'post',
  path: '/api/v1/users/{id}/lock-out',
  operationId: 'lockOutUser',
  tags,
  summary: 'Lock an account out, at once',
  description:
    'Ends all sessions and tokens of the account and disables it, whatever a directory says of it.',
  request: { params: idParam },
  responses: { 200: json(AccountOut, 'The account'), ...failures },
})

const GroupOut = z
  .object({
    id: Id,
    name: z.string(),
    is_everyone: z.boolean(),
    member_count: z.int(),
    directory: z.string().nullable().openapi({
      description: 'The directory that says who is in it; null for local groups',
    }),
    is_gone: z.boolean().openapi({ description: 'Not in the directory any more' }),
  })
  .openapi('Group')

export const listGroupsRoute = createRoute({
  method: 'get',
  path: '/api/v1/groups',
  operationId: 'listGroups',
  tags,
  summary: 'Groups',
  responses: { 200: json(listOf(GroupOut), 'Groups by name'), ...failures },
})

export const createGroupRoute = createRoute({
  method: 'post',
  path: '/api/v1/groups',
  operationId: 'createGroup',
  tags,
  summary: 'Make a group',
  request: { body: body(z.object({ name: Name })) },
  responses: { 201: json(GroupOut, 'The group'), ...failures },
})

export const removeGroupRoute = createRoute({
  method: 'delete',
  path: '/api/v1/groups/{id}',
  operationId: 'removeGroup',
  tags,
  summary: 'Remove a group and its grants',
  request: { params: idParam },
  responses: { 204: done, ...failures },
})

export const listMembersRoute = createRoute({
  method: 'get',
  path: '/api/v1/groups/{id}/members',
  operationId: 'listMembers',
  tags,
  summary: 'Members of a group',
  request: { params: idParam },
  responses: { 200: json(listOf(AccountOut), 'Members by name'), ...failures },
})

const memberParams = z.object({ id: Id, userId: Id })

export const addMemberRoute = createRoute({
  method: 'put',
  path: '/api/v1/groups/{id}/members/{userId}',
  operationId: 'addMember',
  tags,
  summary: 'Add a member',
  request: { params: memberParams },
  responses: { 204: done, ...failures },
})

export const removeMemberRoute = createRoute({
  method: 'delete',
  path: '/api/v1/groups/{id}/members/{userId}',
  operationId: 'removeMember',
  tags,
  summary: 'Remove a member',
  request: { params: memberParams },
  responses: { 204: done, ...failures },
})

export const listSubjectsRoute = createRoute({
  method: 'get',
  path: '/api/v1/subjects',
  operationId: 'listSubjects',
  tags,
  summary: 'People and groups that can be granted a role',
  description: 'For administrators of at least one book.',
  request: { query: z.object({ q: z.string().max(200).optional() }) },
  responses: {
    200: json(
      listOf(z.object({ kind: z.enum(['user', 'group']), id: Id, name: z.string() })),
      'Users and groups by name',
    ),
    ...failures,
  },
})
