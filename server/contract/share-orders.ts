import { createRoute, z } from '@hono/zod-openapi'
import { body, failures, Id, idParam, json, Time } from './shared.ts'

const tags = ['Shares']

const order = (what: 'scan' | 'release', operationId: string, summary: string) =>
  createRoute({
    method: 'post',
    path: `/api/v1/shares/{id}/${what}`,
    operationId,
    tags,
    summary,
    request: { params: idParam },
    responses: { 202: { description: 'Asked; the watcher does it within seconds' }, ...failures },
  })

export const scanShareRoute = order('scan', 'scanShare', 'Scan a share now')
export const releaseShareRoute = order(
  'release',
  'releaseShare',
  'Release a frozen share: what its next scan finds is how it is meant to be',
)

const DryRunOut = z
  .object({
    asked: z.boolean().describe('Another one is asked for and not done yet'),
    report: z
      .object({
        finished_at: Time,
        took_ms: z.int(),
        counts: z.object({
          new: z.int(),
          changed: z.int(),
          move: z.int(),
          unchanged: z.int(),
          missing: z.int(),
          refused: z.int(),
        }),
        bytes: z.int(),
        items: z.array(
          z.object({
            path: z.string(),
            kind: z.enum(['new', 'changed', 'move', 'missing', 'refused']),
            size_bytes: z.int(),
            message: z.string().nullable(),
          }),
        ),
        problem: z.string().nullable(),
      })
      .nullable(),
  })
  .openapi('ShareDryRun')

export const askDryRunRoute = createRoute({
  method: 'post',
  path: '/api/v1/shares/{id}/dry-run',
  operationId: 'askShareDryRun',
  tags,
  summary: 'Find out what a scan would do, without doing it',
  request: { params: idParam },
  responses: { 202: { description: 'Asked; the report comes with the next GET' }, ...failures },
})

export const getDryRunRoute = createRoute({
  method: 'get',
  path: '/api/v1/shares/{id}/dry-run',
  operationId: 'getShareDryRun',
  tags,
  summary: 'What the last dry run found',
  request: { params: idParam },
  responses: { 200: json(DryRunOut, 'The report, once there was one'), ...failures },
})

const ProbeOut = z
  .object({
    path: z.string(),
    place: z.enum(['local', 'network', 'unknown']),
    mode: z.enum(['events', 'scan']),
    why: z.string(),
    lines: z.array(
      z.object({
        what: z.enum([
          'place',
          'changes',
          'clone',
          'entries',
          'inodes',
          'watches',
          'clock',
          'room',
          'rights',
        ]),
        level: z.enum(['good', 'warn', 'bad']),
        value: z.string(),
        meaning: z.string(),
      }),
    ),
  })
  .openapi('ShareProbe')

export const probeShareRoute = createRoute({
  method: 'post',
  path: '/api/v1/shares/probe',
  operationId: 'probeShare',
  tags,
  summary: 'Measure a folder of this machine before it is watched',
  request: { body: body(z.object({ path: z.string().min(1).max(4096) })) },
  responses: { 200: json(ProbeOut, 'What it is like, line by line'), ...failures },
})

const Patterns = z.array(z.string().max(1000)).max(200).default([])

const MappingOut = z
  .object({
    folders: z.array(
      z.object({
        folder: z.string(),
        chapter_name: z.string(),
        is_new: z.boolean(),
        is_allowed: z.boolean(),
      }),
    ),
    loose_files: z.int(),
    is_whole: z.boolean(),
  })
  .openapi('ShareMapping')

export const previewMappingRoute = createRoute({
  method: 'post',
  path: '/api/v1/shares/preview',
  operationId: 'previewShareMapping',
  tags,
  summary: 'What the folders of a share would become',
  request: {
    body: body(
      z.object({
        path: z.string().min(1).max(4096),
        chapter_id: Id,
        owner_id: Id.optional(),
        mode: z.enum(['mirror', 'inbox']).default('mirror'),
        mapping: z.enum(['folders', 'chapters']),
        include: Patterns,
        exclude: Patterns,
      }),
    ),
  },
  responses: { 200: json(MappingOut, 'Nothing was made or changed'), ...failures },
})
