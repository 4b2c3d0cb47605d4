import { createRoute, z } from '@hono/zod-openapi'
import { body, failures, json, Time } from './shared.ts'

const tags = ['Box']

const ProviderOut = z
  .object({
    name: z.string(),
    kind: z.enum(['folder', 's3']),
    waiting: z.int().openapi({ description: 'Contents still to be copied' }),
    waiting_bytes: z.int(),
    stored: z.int().openapi({ description: 'Copies that were read back and are right' }),
    stored_bytes: z.int(),
    failed: z.int().openapi({ description: 'Contents given up until somebody tries again' }),
    last_verified_at: Time.nullable(),
    oldest_verified_at: Time.nullable().openapi({
      description: 'Of the copy that was not looked at for longest',
    }),
    last_error: z.string().nullable(),
  })
  .openapi('Provider')

export const listProvidersRoute = createRoute({
  method: 'get',
  path: '/api/v1/providers',
  operationId: 'listProviders',
  tags,
  summary: 'Further stores, and how far they are',
  responses: {
    200: json(z.object({ items: z.array(ProviderOut) }), 'By name, those of the configuration'),
    ...failures,
  },
})

export const retryProvidersRoute = createRoute({
  method: 'post',
  path: '/api/v1/providers/retry',
  operationId: 'retryProviders',
  tags,
  summary: 'Try again now what failed or waits, at one further store or all',
  request: { body: body(z.object({ name: z.string().max(200).nullish() })) },
  responses: { 200: json(z.object({ retried: z.int() }), 'How many copies'), ...failures },
})
