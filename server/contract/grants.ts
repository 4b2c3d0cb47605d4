import { createRoute, z } from '@hono/zod-openapi'
import { body, done, failures, Id, idParam, json, listOf, RoleName } from './shared.ts'

const GrantOut = z
  .object({
    id: Id,
    book_id: Id,
    chapter_id: Id.nullable(),
    user_id: Id.nullable(),
    group_id: Id.nullable(),
    role: RoleName,
    subject_name: z.string(),
  })
  .openapi('Grant')

export const NewGrant = z
  .object({ user_id: Id.optional(), group_id: Id.optional(), role: RoleName })
  .refine((grant) => (grant.user_id === undefined) !== (grant.group_id === undefined), {
    message: 'give exactly one of user_id and group_id',
    path: ['user_id'],
  })

const tags = ['Grants']

export const listBookGrantsRoute = createRoute({
  method: 'get',
  path: '/api/v1/books/{id}/grants',
  operationId: 'listBookGrants',
  tags,
  summary: 'Who may do what in a book',
  request: { params: idParam },
  responses: { 200: json(listOf(GrantOut), 'Grants on the book itself'), ...failures },
})

export const putBookGrantRoute = createRoute({
  method: 'post',
  path: '/api/v1/books/{id}/grants',
  operationId: 'putBookGrant',
  tags,
  summary: 'Give a role in a book',
  description: 'Replaces an earlier role of the same person or group there.',
  request: { params: idParam, body: body(NewGrant) },
  responses: { 201: json(GrantOut, 'The grant'), ...failures },
})

export const listChapterGrantsRoute = createRoute({
  method: 'get',
  path: '/api/v1/chapters/{id}/grants',
  operationId: 'listChapterGrants',
  tags,
  summary: 'Who may do what in a chapter',
  request: { params: idParam },
  responses: { 200: json(listOf(GrantOut), 'Grants on the chapter itself'), ...failures },
})

export const putChapterGrantRoute = createRoute({
  method: 'post',
  path: '/api/v1/chapters/{id}/grants',
  operationId: 'putChapterGrant',
  tags,
  summary: 'Give a role in a chapter',
  description: 'Replaces an earlier role of the same person or group there.',
  request: { params: idParam, body: body(NewGrant) },
  responses: { 201: json(GrantOut, 'The grant'), ...failures },
})

export const removeGrantRoute = createRoute({
  method: 'delete',
  path: '/api/v1/grants/{id}',
  operationId: 'removeGrant',
  tags,
  summary: 'Take a role back',
  request: { params: idParam },
  responses: { 204: done, ...failures },
})
