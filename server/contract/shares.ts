import { createRoute, z } from '@hono/zod-openapi'
import { body, done, failures, Id, idParam, json, listOf, paging, Time } from './shared.ts'

const Mode = z
  .enum(['mirror', 'inbox'])
  .describe('mirror: files stay. inbox: moved to `done` once stored and read back')
const Mapping = z
  .enum(['folders', 'chapters'])
  .describe('chapters: each folder at the top is a chapter of the book, made when needed')
const OnName = z.enum(['version', 'keep_both'])
const TimeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .describe("On this machine's clock, such as 22:30")

const ShareOut = z
  .object({
    id: Id,
    name: z.string(),
    path: z.string(),
    chapter_id: Id,
    owner_id: Id,
    mode: Mode,
    mapping: Mapping,
    exclude: z.array(z.string()),
    include: z.array(z.string()),
    on_conflict: OnName.nullable().describe('null: as its chapter does'),
    scan_every_ms: z.int().nullable().describe('null: as the configuration says'),
    scan_from: TimeOfDay.nullable(),
    scan_to: TimeOfDay.nullable(),
    settle_ms: z.int(),
    expand_archives: z.boolean(),
    enabled: z.boolean(),
    created_at: Time,
    status: z
      .object({
        mode: z.enum(['events', 'scan']),
        mode_reason: z.string().nullable(),
        last_scan_at: Time.nullable(),
        last_scan_ms: z.int().nullable(),
        seen: z.int().nullable(),
        files: z.int(),
        moved: z.int(),
        pending: z.int(),
        failed: z.int(),
        missing: z.int(),
        found_by_scan: z.int(),
        events_lost: z.int(),
        frozen_reason: z.string().nullable(),
        frozen_at: Time.nullable(),
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

const Patterns = z.array(z.string().max(1000)).max(200)

const options = {
  owner_id: Id.optional().describe('In whose name files arrive; the caller without it'),
  mode: Mode.optional(),
  mapping: Mapping.optional(),
  exclude: Patterns.optional(),
  include: Patterns.optional().describe('Only these are taken; all when there are none'),
  on_conflict: OnName.nullable().optional(),
  scan_every_ms: z.int().min(1_000).max(604_800_000).nullable().optional(),
  scan_from: TimeOfDay.nullable().optional().describe('Whole scans begin from then on'),
  scan_to: TimeOfDay.nullable().optional().describe('and before then'),
  settle_ms: z.int().min(0).max(86_400_000).optional(),
  expand_archives: z
    .boolean()
    .optional()
    .describe('Whether files in archives become documents of their own, from then on'),
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

export const getShareRoute = createRoute({
  method: 'get',
  path: '/api/v1/shares/{id}',
  operationId: 'getShare',
  tags,
  summary: 'One watched folder and its state',
  request: { params: idParam },
  responses: { 200: json(ShareOut, 'The share'), ...failures },
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
