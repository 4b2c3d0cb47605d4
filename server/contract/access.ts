import { createRoute, z } from '@hono/zod-openapi'
import { UserOut } from './session.ts'
import { failures, Id, idParam, json, paging, RoleName, Time } from './shared.ts'

const Named = z.object({ id: Id, name: z.string() })

const WayOut = z
  .object({
    role: RoleName,
    by: z.enum(['office', 'own', 'group', 'everyone']).openapi({
      description: '`office`: administers the organization, and with it every book',
    }),
    on: z.enum(['box', 'book', 'chapter']).openapi({ description: 'Where it was given' }),
    grant_id: Id.nullable(),
    group: Named.nullable(),
  })
  .openapi('Way')

const ways = z.array(WayOut).openapi({ description: 'Every way; the strongest gives the role' })

const PartOut = z.object({ chapter: Named, role: RoleName, ways }).openapi('ReachedChapter')

const ReachOut = z
  .object({
    role: RoleName.nullable().openapi({
      description: 'Null when a book is seen through single chapters only',
    }),
    ways,
    parts: z.array(PartOut).openapi({
      description: 'Of a book, the chapters with rights of their own',
    }),
  })
  .openapi('Reach')

const WhoSeesOut = z
  .object({
    mine: ReachOut,
    sees_others: z.boolean().openapi({
      description: 'Whether the caller administers the book; `items` is empty otherwise',
    }),
    total: z.int(),
    items: z.array(ReachOut.extend({ user: UserOut }).openapi('PersonReach')),
    next_cursor: z.string().nullable(),
  })
  .openapi('WhoSees')

const asked = {
  params: idParam,
  query: z.object({ q: z.string().max(200).optional(), ...paging }),
}

const tags = ['Grants']
const description =
  'Who administers the book is told of every active account; others of themselves only. It is what decides that explains: the answer cannot differ from what is let through.'

export const bookAccessRoute = createRoute({
  method: 'get',
  path: '/api/v1/books/{id}/access',
  operationId: 'bookAccess',
  tags,
  summary: 'Who can see a book, and why',
  description,
  request: asked,
  responses: { 200: json(WhoSeesOut, 'People by user name'), ...failures },
})

export const chapterAccessRoute = createRoute({
  method: 'get',
  path: '/api/v1/chapters/{id}/access',
  operationId: 'chapterAccess',
  tags,
  summary: 'Who can see a chapter, and why',
  description,
  request: asked,
  responses: { 200: json(WhoSeesOut, 'People by user name'), ...failures },
})

export const documentAccessRoute = createRoute({
  method: 'get',
  path: '/api/v1/documents/{id}/access',
  operationId: 'documentAccess',
  tags,
  summary: 'Who can see a document, and why',
  description: `${description} What lies in the trash is seen by contributors.`,
  request: asked,
  responses: { 200: json(WhoSeesOut, 'People by user name'), ...failures },
})

export const userAccessRoute = createRoute({
  method: 'get',
  path: '/api/v1/users/{id}/access',
  operationId: 'userAccess',
  tags: ['People'],
  summary: 'What a person can see, and why',
  request: { params: idParam },
  responses: {
    200: json(
      z
        .object({
          user: UserOut.extend({ disabled_at: Time.nullable() }),
          books: z.array(
            z.object({
              book: Named,
              role: RoleName.nullable(),
              ways,
              chapters: z.array(PartOut),
            }),
          ),
        })
        .openapi('WhatSees'),
      'Books by name; of a disabled account what it would see',
    ),
    ...failures,
  },
})
