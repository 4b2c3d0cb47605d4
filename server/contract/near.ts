import { createRoute, z } from '@hono/zod-openapi'
import { failures, Id, idParam, json, Time } from './shared.ts'

const Named = z.object({ id: Id, name: z.string() })

const NearOut = z
  .object({
    state: z.enum(['ready', 'waiting', 'none']).openapi({
      description: '`waiting`: not known yet. `none`: there is nothing by which to tell',
    }),
    items: z.array(
      z.object({
        document_id: Id,
        version_id: Id,
        name: z.string(),
        book: Named,
        chapter: Named,
        folder: z.string(),
        media_type: z.string(),
        kind: z.string(),
        updated_at: Time,
        has_preview: z.boolean(),
        by: z.enum(['text', 'picture']).openapi({ description: 'What is almost the same' }),
        similarity: z.number().openapi({
          description: 'Of texts, the share of word sequences in common; 0.7 to 1, an estimate',
        }),
      }),
    ),
  })
  .openapi('NearDocuments')

export const nearRoute = createRoute({
  method: 'get',
  path: '/api/v1/documents/{id}/near',
  operationId: 'nearDocuments',
  tags: ['Documents'],
  summary: 'What is almost the same',
  description:
    'Documents that the caller may see, most alike first, at most 20. Equal files are not among them.',
  request: { params: idParam },
  responses: { 200: json(NearOut, 'A hint; nothing is merged'), ...failures },
})
