import { createRoute, z } from '@hono/zod-openapi'
import { body, failures, Id, json } from './shared.ts'

// Names in this file are those of the integrators' documents; they do not follow our own words.

const MOST_HASHES = 500

const Sha256 = z.string().max(200).openapi({ description: 'SHA-256, 64 hex' })

const HashCheck = z
  .object({
    exists: z.boolean().openapi({ description: 'Whether the caller can already read it' }),
    document_id: Id.nullable(),
    asset_id: Id.nullable().openapi({ description: 'The same' }),
    document_ids: z.array(Id).openapi({
      description: 'Every document in sight with this content now, newest first',
    }),
    provider_id: z.string().nullable().openapi({ description: 'As it was asked for' }),
    uploaded_to_providers: z.array(z.string()).openapi({
      description: 'Further stores that have a copy of it',
    }),
    note: z.string().openapi({ description: 'One sentence for people' }),
  })
  .openapi('HashCheck')

export const checkByHashRoute = createRoute({
  method: 'post',
  path: '/api/v1/assets/check-by-hash',
  operationId: 'checkByHash',
  tags: ['Uploads'],
  summary: 'Whether the caller can already read files with these contents',
  description:
    'Give `sha256`, or up to 500 in `sha256s`. Looks at nothing but what this credential may read now: what only others have is answered like what nobody has.',
  request: {
    body: body(
      z
        .object({
          sha256: Sha256.nullish(),
          sha256s: z.array(Sha256).min(1).max(MOST_HASHES).nullish(),
          provider_id: z.string().max(100).nullish(),
        })
        .refine(({ sha256, sha256s }) => (sha256 == null) !== (sha256s == null), {
          error: 'Give either sha256 or sha256s.',
        }),
    ),
  },
  responses: {
    200: json(
      z.union([HashCheck, z.object({ items: z.array(HashCheck) }).openapi('HashChecks')]),
      'The answer for `sha256`; for `sha256s` an `items` with one for each, in their order',
    ),
    ...failures,
  },
})
