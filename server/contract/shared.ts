import { z } from '@hono/zod-openapi'

/** Ids are UUIDv7 in text form. A malformed one is answered like an absent one: 404. */
export const Id = z
  .string()
  .min(1)
  .max(64)
  .openapi({ example: '0199d2c1-7c1e-7b5a-9c0f-1d2e3f405162' })

/** Times on the wire. */
export const Time = z
  .int()
  .openapi({ description: 'Epoch milliseconds, UTC', example: 1_763_700_000_000 })

export const RoleName = z.enum(['viewer', 'contributor', 'admin']).openapi('Role')

/** Names of books, chapters and groups. */
export const Name = z.string().trim().min(1).max(200)

export const Problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({ example: 'not_found' }),
    reason: z
      .string()
      .optional()
      .openapi({ description: 'Narrower, stable cause inside the code' }),
    message: z.string().openapi({ description: 'One sentence for staff' }),
    trace_id: z.string(),
    detail: z
      .record(z.string(), z.unknown())
      .optional()
      .openapi({ description: 'What the message says, for machines; by reason' }),
    retry_after_ms: z.int().optional(),
  })
  .openapi('Problem')

/** What every route may answer beside its own responses. */
export const failures = {
  default: {
    description: 'A problem. `code` is for machines, `message` for people.',
    content: { 'application/problem+json': { schema: Problem } },
  },
} as const

/** A JSON response of `schema`. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

/** A required JSON body of `schema`. */
export const body = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { 'application/json': { schema } },
})

/** A list as all lists are on the wire; `next_cursor` is null at the end. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() })

/** No content, because there is nothing to tell. */
export const done = { description: 'Done' }

/** Path parameter `id`. */
export const idParam = z.object({ id: Id })

/** A query parameter that may be given several times. */
export const repeated = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(item).max(100))

/** A whole number in a query. */
export const Whole = z.coerce.number().int().openapi({ type: 'integer' })

export const paging = {
  limit: Whole.min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
}

/** `true` or `false` in a query. */
export const Flag = z.enum(['true', 'false']).transform((text) => text === 'true')

/** Marks a route as open to everybody: the guard reads this. */
export const open: Record<string, string[]>[] = []
