import { createRoute, z } from '@hono/zod-openapi'
import { KINDS } from '../../core/model/kind.ts'
import { CoverageOut, LocatorOut } from './locators.ts'
import { failures, Id, json, repeated, Time, Whole } from './shared.ts'

/** Epoch milliseconds, or a date such as `2026-11-21` or `2026-11-21T08:00:00Z`. */
const Moment = z
  .string()
  .max(40)
  .transform((text, context) => {
    const time = /^\d+$/.test(text) ? Number(text) : Date.parse(text)
    if (!Number.isNaN(time)) return time
    context.addIssue({ code: 'custom', message: 'Say a date, or epoch milliseconds.' })
    return z.NEVER
  })

const Named = z.object({ id: Id, name: z.string() })

const HitOut = z
  .object({
    document_id: Id,
    version_id: Id,
    name: z.string(),
    book: Named,
    chapter: Named,
    folder: z.string(),
    media_type: z.string(),
    kind: z.string(),
    locator: LocatorOut,
    snippet: z.string().openapi({ description: 'Plain text' }),
    marks: z
      .array(z.tuple([z.int(), z.int()]))
      .openapi({ description: 'Half-open ranges of the snippet, in UTF-16 units' }),
    why: z.array(z.enum(['words', 'meaning', 'name', 'picture'])),
    updated_at: Time,
    has_preview: z.boolean(),
    unread: z
      .object({
        state: z.enum(['partly', 'not']),
        coverage: CoverageOut.nullable(),
        reason: z.string().nullable(),
      })
      .nullable()
      .openapi({
        description:
          'Of a file that was read only in part, or not: a search finds nothing in the rest of it. ' +
          'Null when it was read whole, or has nothing to read.',
      }),
  })
  .openapi('Hit')

const ResultsOut = z
  .object({
    hits: z.array(HitOut),
    next_cursor: z.string().nullable(),
    total: z.int(),
    took_ms: z.number(),
    facets: z.object({
      kind: z.array(z.object({ value: z.string(), count: z.int() })),
      book: z.array(z.object({ id: Id, name: z.string(), count: z.int() })),
      changed: z.array(z.object({ value: z.enum(['week', 'month', 'year']), count: z.int() })),
    }),
    pending_documents: z.int(),
    degraded: z.string().nullable().openapi({ description: 'Why meaning was left out, if it was' }),
    embedder: z.object({ model: z.string(), builtin: z.boolean() }),
  })
  .openapi('SearchResults')

export const searchRoute = createRoute({
  method: 'get',
  path: '/api/v1/search',
  operationId: 'search',
  tags: ['Search'],
  summary: 'Find by words and by meaning',
  description:
    'Quotes make a phrase, a leading minus excludes a word. Only what the caller may read is looked at.',
  request: {
    query: z.object({
      q: z.string().max(1000),
      book: repeated(Id).optional(),
      chapter: repeated(Id).optional(),
      type: repeated(z.enum(KINDS)).optional().openapi({ description: 'Kind of file' }),
      from: Moment.optional().openapi({ description: 'Changed then or later' }),
      to: Moment.optional().openapi({ description: 'Changed before' }),
      limit: Whole.min(1).max(100).default(20),
      cursor: z.string().max(500).optional(),
      sort: z.enum(['best', 'exact', 'newest']).default('best'),
    }),
  },
  responses: { 200: json(ResultsOut, 'Hits with their places'), ...failures },
})
