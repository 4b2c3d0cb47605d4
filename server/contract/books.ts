import { createRoute, z } from '@hono/zod-openapi'
import { ON_CONFLICT } from '../../core/model/library.ts'
import { TYPE_GROUPS } from '../../core/model/type-rule.ts'
import { body, done, failures, Id, idParam, json, listOf, Name, RoleName, Time } from './shared.ts'

const ConflictAnswer = z.enum(ON_CONFLICT)

const ChapterOut = z
  .object({
    id: Id,
    name: z.string(),
    role: RoleName,
    document_count: z.int(),
    on_conflict: ConflictAnswer.nullable().openapi({
      description: 'What becomes of a taken name when a request does not say; null: a new version',
    }),
  })
  .openapi('Chapter')

const TypeRule = z
  .object({
    mode: z.enum(['allow', 'deny']),
    groups: z.array(z.enum(TYPE_GROUPS)).max(TYPE_GROUPS.length),
    media_types: z
      .array(
        z.string().regex(/^[a-z]+\/[a-z0-9.+-]{1,100}$/, 'Write a media type, such as image/png.'),
      )
      .max(100),
  })
  .refine(({ groups, media_types }) => groups.length + media_types.length > 0, {
    error: 'Name at least one group or media type.',
  })
  .openapi('TypeRule', {
    description:
      'Which files a book takes, by their bytes: only those listed, or all but those. Empty files ' +
      'are always taken',
  })

const BookOut = z
  .object({
    id: Id,
    name: z.string(),
    role: RoleName.nullable().openapi({
      description: 'null when only single chapters are visible',
    }),
    created_at: Time,
    type_rule: TypeRule.nullable().openapi({ description: 'null: files of every type' }),
    may_leave: z.boolean().openapi({
      description: 'Whether what lies in it may be sent to services outside of the house',
    }),
    chapters: z.array(ChapterOut),
  })
  .openapi('Book')

const tags = ['Books']

export const listBooksRoute = createRoute({
  method: 'get',
  path: '/api/v1/books',
  operationId: 'listBooks',
  tags,
  summary: 'Books and chapters that the caller sees',
  responses: { 200: json(listOf(BookOut), 'By name'), ...failures },
})

export const createBookRoute = createRoute({
  method: 'post',
  path: '/api/v1/books',
  operationId: 'createBook',
  tags,
  summary: 'Make a book',
  request: { body: body(z.object({ name: Name })) },
  responses: { 201: json(BookOut, 'The book'), ...failures },
})

export const changeBookRoute = createRoute({
  method: 'patch',
  path: '/api/v1/books/{id}',
  operationId: 'changeBook',
  tags,
  summary: 'Rename a book, say which files it takes, or whether they may leave the house',
  description: '`may_leave` is for administrators of the organization alone.',
  request: {
    params: idParam,
    body: body(
      z.object({
        name: Name.optional(),
        type_rule: TypeRule.nullable().optional(),
        may_leave: z.boolean().optional(),
      }),
    ),
  },
  responses: { 204: done, ...failures },
})

export const removeBookRoute = createRoute({
  method: 'delete',
  path: '/api/v1/books/{id}',
  operationId: 'removeBook',
  tags,
  summary: 'Remove an empty book',
  request: { params: idParam },
  responses: { 204: done, ...failures },
})

export const createChapterRoute = createRoute({
  method: 'post',
  path: '/api/v1/books/{id}/chapters',
  operationId: 'createChapter',
  tags,
  summary: 'Make a chapter',
  request: { params: idParam, body: body(z.object({ name: Name })) },
  responses: {
    201: json(ChapterOut.extend({ book_id: Id }).openapi('NewChapter'), 'The chapter'),
    ...failures,
  },
})

export const changeChapterRoute = createRoute({
  method: 'patch',
  path: '/api/v1/chapters/{id}',
  operationId: 'changeChapter',
  tags,
  summary: 'Rename a chapter, or set its answer to taken names',
  request: {
    params: idParam,
    body: body(
      z.object({
        name: Name.optional(),
        on_conflict: ConflictAnswer.nullable().optional(),
      }),
    ),
  },
  responses: { 204: done, ...failures },
})

export const removeChapterRoute = createRoute({
  method: 'delete',
  path: '/api/v1/chapters/{id}',
  operationId: 'removeChapter',
  tags,
  summary: 'Remove an empty chapter',
  request: { params: idParam },
  responses: { 204: done, ...failures },
})

export const listFoldersRoute = createRoute({
  method: 'get',
  path: '/api/v1/chapters/{id}/folders',
  operationId: 'listFolders',
  tags,
  summary: 'Folders directly inside a folder of a chapter',
  request: { params: idParam, query: z.object({ folder: z.string().max(4096).default('') }) },
  responses: {
    200: json(
      listOf(
        z.object({ name: z.string(), path: z.string(), document_count: z.int() }).openapi('Folder'),
      ),
      'By name, with the documents anywhere below',
    ),
    ...failures,
  },
})
