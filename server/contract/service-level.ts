import { createRoute, z } from '@hono/zod-openapi'
import { failures, json } from './shared.ts'

const WindowLevel = z
  .object({
    window: z.enum(['24h', '7d', '30d']),
    ended: z.int(),
    complete: z.int(),
    failed: z.array(z.object({ reason: z.string(), count: z.int() })).openapi({
      description: 'By reason, most first; `UPLOAD_EXPIRED` was never sent to its end',
    }),
    rate: z
      .number()
      .nullable()
      .openapi({ description: 'Complete of ended; null while none ended' }),
    budget_left: z.number().nullable().openapi({
      description: 'Of the failures that the objective allows, the share left; below 0 when over',
    }),
    searchable: z
      .object({ files: z.int(), p50_ms: z.number().nullable(), p95_ms: z.number().nullable() })
      .openapi({ description: 'From stored to findable, of the newest 20,000 files' }),
    renewed_uploads: z.int().openapi({ description: 'Whose address was made anew' }),
    renewed_often: z.boolean().openapi({
      description: 'So many that the network between people and box should be looked at',
    }),
  })
  .openapi('WindowLevel')

export const getServiceLevelRoute = createRoute({
  method: 'get',
  path: '/api/v1/admin/service-level',
  operationId: 'getServiceLevel',
  tags: ['Box'],
  summary: 'How uploads went against the objective, and how soon files could be found',
  responses: {
    200: json(
      z
        .object({
          objective: z
            .number()
            .openapi({ description: 'Complete of ended that is wanted, 0 to 1' }),
          windows: z.array(WindowLevel),
        })
        .openapi('ServiceLevel'),
      'For administrators',
    ),
    ...failures,
  },
})
