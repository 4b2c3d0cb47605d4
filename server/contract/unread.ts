import { createRoute, z } from '@hono/zod-openapi'
import { ACTIONS } from '../../core/library/unread-files.ts'
import { CoverageOut, ModalityOut } from './locators.ts'
import { body, failures, Id, json, paging } from './shared.ts'

const tags = ['Documents']

const UnreadFiles = z
  .object({
    files: z.int(),
    waiting: z.int().openapi({ description: 'Not findable by their text yet' }),
    unread: z.int().openapi({ description: 'Not read, or not whole' }),
    items: z.array(
      z.object({
        document: z.object({ id: Id, name: z.string(), folder: z.string(), chapter_id: Id }),
        coverage: CoverageOut.nullable(),
        problems: z.array(ModalityOut.extend({ action: z.enum(ACTIONS) })),
      }),
    ),
    next_cursor: z.string().nullable(),
  })
  .openapi('UnreadFiles')

export const unreadFilesRoute = createRoute({
  method: 'get',
  path: '/api/v1/understanding',
  operationId: 'unreadFiles',
  tags,
  summary: 'What became of files that came together, and which were not read whole',
  description:
    'Of a chapter, of one request or scan (its trace), or of a watched share: exactly one of the three.',
  request: {
    query: z.object({
      chapter: Id.optional(),
      trace: z.string().max(64).optional(),
      share: Id.optional(),
      ...paging,
    }),
  },
  responses: { 200: json(UnreadFiles, 'How many, and each with a reason'), ...failures },
})

const REPEATED = [
  'probe',
  'extract',
  'ocr',
  'speech',
  'picture',
  'preview',
  'chunk',
  'near',
] as const

export const missingWorkRoute = createRoute({
  method: 'get',
  path: '/api/v1/understanding/missing',
  operationId: 'missingWork',
  tags,
  summary: 'How many contents wait for a program or model that is missing',
  description: 'For administrators. Those that are read again already are not counted.',
  responses: {
    200: json(
      z.object({
        items: z.array(
          z.object({
            step: z.string(),
            reason: z.string().openapi({ example: 'NO_OCR' }),
            contents: z.int(),
          }),
        ),
      }),
      'By step and reason',
    ),
    ...failures,
  },
})

export const repeatStepRoute = createRoute({
  method: 'post',
  path: '/api/v1/understanding/repeat',
  operationId: 'repeatStep',
  tags,
  summary: 'Do a step again for all contents',
  description: 'For administrators; as `onefold reindex`. After everything that is new.',
  request: {
    body: body(
      z.object({
        step: z.enum(REPEATED),
        only_missing: z.boolean().default(false).openapi({
          description: 'Only where a program or model was missing',
        }),
      }),
    ),
  },
  responses: { 200: json(z.object({ queued: z.int() }), 'For how many'), ...failures },
})
