import { createRoute, z } from '@hono/zod-openapi'
import { body, done, failures, Id, idParam, json, listOf, Name, RoleName, Time } from './shared.ts'

const ChapterOut = z
  .object({ id: Id, name: z.string(), role: RoleName, document_count: z.int() })
  .openapi('Chapter')

const BookOut = z
  .object({
    id: Id,
    name: z.string(),
    role: RoleName.nullable().openapi({
      description: 'null when only single chapters are visible',
    }),
    created_at: Time,
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

export const renameBookRoute = createRoute({
  method: 'patch',
  path: '/api/v1/books/{id}',
  operationId: 'renameBook',
  tags,
  summary: 'Rename a book',
  request: { params: idParam, body: body(z.object({ name: Name })) },
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

export const renameChapterRoute = createRoute({
  method: 'patch',
  path: '/api/v1/chapters/{id}',
  operationId: 'renameChapter',
  tags,
  summary: 'Rename a chapter',
  request: { params: idParam, body: body(z.object({ name: Name })) },
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
