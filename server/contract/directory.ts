import { createRoute, z } from '@hono/zod-openapi'
import { body, done, failures, Id, idParam, json, listOf, Time } from './shared.ts'

const tags = ['People']

const OrgRole = z.enum(['member', 'admin'])

const Vanishing = z.object({
  people: z.int(),
  groups: z.int(),
  stripped: z.int().openapi({ description: 'People who would be left in no group' }),
  members: z.int().openapi({
    description: 'Members that the shrinking groups would lose, though they are there',
  }),
})

const DirectoryOut = z
  .object({
    id: z.string(),
    servers: z.array(z.string()),
    preset: z.string(),
    base: z.string().nullable().openapi({ description: 'Null where it is found out' }),
    bind_dn: z.string().nullable(),
    person_filter: z.string().nullable(),
    sync_ms: z.int(),
    grace_ms: z.int().openapi({
      description: 'How long what it said last counts while it does not answer',
    }),
    asked_as_people: z.boolean().openapi({
      description: 'There is no service account: people are looked up by their own way in alone',
    }),
    people: z.int(),
    groups: z.int(),
    tried_at: Time.nullable(),
    synced_at: Time.nullable().openapi({ description: 'When it was last taken over as a whole' }),
    next_sync_at: Time.nullable(),
    took_ms: z.int().nullable(),
    reason: z.string().nullable().openapi({ description: 'Why the last try was for nothing' }),
    message: z.string().nullable(),
    stopped: Vanishing.extend({
      at: Time,
      of_people: z.int(),
      of_groups: z.int(),
      shrinking: z
        .array(z.object({ name: z.string(), lost: z.int(), of: z.int() }))
        .openapi({ description: 'Groups that would lose more than a tenth, the first twenty' }),
    })
      .nullable()
      .openapi({ description: 'What would vanish: nothing is taken over until somebody agrees' }),
  })
  .openapi('Directory')

export const getDirectoryRoute = createRoute({
  method: 'get',
  path: '/api/v1/directory',
  operationId: 'getDirectory',
  tags,
  summary: 'The directory, and how it goes with it',
  responses: {
    200: json(z.object({ directory: DirectoryOut.nullable() }), 'Null without one'),
    ...failures,
  },
})

const Step = z.object({
  step: z.enum(['reach', 'tls', 'bind', 'base', 'people', 'groups', 'person']),
  state: z.enum(['ok', 'failed', 'skipped']),
  took_ms: z.int(),
  found: z.string(),
  reason: z.string().nullable(),
  advice: z.string().nullable(),
})

export const testDirectoryRoute = createRoute({
  method: 'post',
  path: '/api/v1/directory/test',
  operationId: 'testDirectory',
  tags,
  summary: 'Try the directory step by step',
  description: 'With `name` one person is looked up, with the roles that would result.',
  request: { body: body(z.object({ name: z.string().max(256).nullish() })) },
  responses: {
    200: json(
      z
        .object({
          steps: z.array(Step),
          person: z
            .object({
              username: z.string(),
              display_name: z.string(),
              disabled: z.boolean(),
              org_role: OrgRole,
              groups: z.array(z.string()),
              grants: z.array(
                z.object({
                  group: z.string(),
                  book: z.string(),
                  chapter: z.string().nullable(),
                  role: z.enum(['viewer', 'contributor', 'admin']),
                }),
              ),
            })
            .nullable(),
        })
        .openapi('DirectoryTest'),
      'Each step, up to the first that fails',
    ),
    ...failures,
  },
})

export const syncDirectoryRoute = createRoute({
  method: 'post',
  path: '/api/v1/directory/sync',
  operationId: 'syncDirectory',
  tags,
  summary: 'Take the directory over now',
  description:
    'All of it or nothing. When more than a tenth would vanish, or a group lose as many of its members, 409 `DIRECTORY_VANISHING`; `agree` with the numbers of `stopped` says that it may.',
  request: { body: body(z.object({ agree: Vanishing.nullish() })) },
  responses: {
    200: json(
      z.object({
        people_added: z.int(),
        people_gone: z.int(),
        people_disabled: z.int(),
        groups_added: z.int(),
        groups_gone: z.int(),
        members_added: z.int(),
        members_dropped: z.int(),
      }),
      'What changed',
    ),
    ...failures,
  },
})

export const listDirectoryGroupsRoute = createRoute({
  method: 'get',
  path: '/api/v1/directory/groups',
  operationId: 'listDirectoryGroups',
  tags,
  summary: 'Groups of the directory, and what their members are in the organization',
  responses: {
    200: json(
      listOf(
        z
          .object({
            id: Id,
            name: z.string(),
            member_count: z.int(),
            org_role: OrgRole,
            is_gone: z.boolean(),
          })
          .openapi('DirectoryGroup'),
      ),
      'By name; those that are gone last',
    ),
    ...failures,
  },
})

export const mapDirectoryGroupRoute = createRoute({
  method: 'put',
  path: '/api/v1/directory/groups/{id}',
  operationId: 'mapDirectoryGroup',
  tags,
  summary: 'Say what the members of a group are in the organization',
  request: { params: idParam, body: body(z.object({ org_role: OrgRole })) },
  responses: { 204: done, ...failures },
})
