import { createRoute, z } from '@hono/zod-openapi'
import { body, done, failures, Id, idParam, json, listOf, paging, Time } from './shared.ts'

const ShareOut = z
  .object({
    id: Id,
    name: z.string(),
    path: z.string(),
    chapter_id: Id,
    owner_id: Id,
    exclude: z.array(z.string()),
    settle_ms: z.int(),
    enabled: z.boolean(),
    created_at: Time,
    status: z
      .object({
        mode: z.enum(['events', 'scan']),
        last_scan_at: Time.nullable(),
        files: z.int(),
        pending: z.int(),
        failed: z.int(),
        missing: z.int(),
        error: z.string().nullable(),
      })
      .nullable(),
  })
  .openapi('Share')

const EntryOut = z
  .object({
    path: z.string(),
    state: z.enum(['stored', 'missing', 'failed', 'refused']),
    size_bytes: z.int(),
    document_id: Id.nullable(),
    reason: z.string().nullable(),
    message: z.string().nullable(),
    attempts: z.int(),
    updated_at: Time,
  })
  .openapi('ShareEntry')

const options = {
  exclude: z.array(z.string().max(1000)).max(200).optional(),
  settle_ms: z.int().min(0).max(86_400_000).optional(),
}

const tags = ['Shares']

export const listSharesRoute = createRoute({
  method: 'get',
  path: '/api/v1/shares',
  operationId: 'listShares',
  tags,
  summary: 'Watched folders and their state',
  responses: { 200: json(listOf(ShareOut), 'By name'), ...failures },
})

export const createShareRoute = createRoute({
  method: 'post',
  path: '/api/v1/shares',
  operationId: 'createShare',
  tags,
  summary: 'Watch a folder of this machine',
  request: {
    body: body(
      z.object({
        name: z.string().trim().min(1).max(200).optional(),
        path: z.string().min(1).max(4096),
        chapter_id: Id,
        ...options,
      }),
    ),
  },
  responses: { 201: json(ShareOut, 'The share'), ...failures },
})

export const updateShareRoute = createRoute({
  method: 'patch',
  path: '/api/v1/shares/{id}',
  operationId: 'updateShare',
  tags,
  summary: 'Change a share',
  request: {
    params: idParam,
    body: body(
      z.object({
        name: z.string().trim().min(1).max(200).optional(),
        chapter_id: Id.optional(),
        enabled: z.boolean().optional(),
        ...options,
      }),
    ),
  },
  responses: { 200: json(ShareOut, 'The share'), ...failures },
})

export const removeShareRoute = createRoute({
  method: 'delete',
  path: '/api/v1/shares/{id}',
  operationId: 'removeShare',
  tags,
  summary: 'Stop watching a folder; its documents stay',
  request: { params: idParam },
  responses: { 204: done, ...failures },
})

export const listShareEntriesRoute = createRoute({
  method: 'get',
  path: '/api/v1/shares/{id}/entries',
  operationId: 'listShareEntries',
  tags,
  summary: 'Files of a share, for finding what was not taken',
  request: {
    params: idParam,
    query: z.object({
      state: z.enum(['stored', 'missing', 'failed', 'refused']).optional(),
      ...paging,
    }),
  },
  responses: { 200: json(listOf(EntryOut), 'By path'), ...failures },
})
