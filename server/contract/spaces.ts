import { createRoute, z } from '@hono/zod-openapi'
import { body, done, failures, json, Time } from './shared.ts'

const tags = ['Models']

const Kind = z.enum(['text', 'picture'])

const SpaceOut = z
  .object({
    id: z.string(),
    kind: Kind,
    model: z.string(),
    dimension: z.int(),
    state: z.enum(['building', 'active', 'old']).openapi({
      description:
        '`building`: filled beside the active one, which it replaces when nothing is missing. `old`: kept as it was',
    }),
    contents: z.int().openapi({ description: 'Contents that are embedded in it' }),
    failed: z.int().openapi({ description: 'Contents that could not be' }),
    wanted: z.int().openapi({ description: 'Contents that the active space of its kind has' }),
    created_at: Time,
    active_at: Time.nullable(),
  })
  .openapi('Space')

const spaceParam = z.object({ id: z.string().min(1).max(200) })

export const listSpacesRoute = createRoute({
  method: 'get',
  path: '/api/v1/spaces',
  operationId: 'listSpaces',
  tags,
  summary: 'Spaces of vectors, and how full they are',
  responses: {
    200: json(z.object({ items: z.array(SpaceOut) }), 'For administrators'),
    ...failures,
  },
})

export const buildSpaceRoute = createRoute({
  method: 'post',
  path: '/api/v1/spaces',
  operationId: 'buildSpace',
  tags,
  summary: 'Build the space of a model beside the one that answers',
  description: 'It answers when it is whole; the one before is kept until it is dropped.',
  request: {
    body: body(z.object({ model: z.string().min(1).max(200), kind: Kind.default('text') })),
  },
  responses: { 204: done, ...failures },
})

export const switchSpaceRoute = createRoute({
  method: 'post',
  path: '/api/v1/spaces/{id}/switch',
  operationId: 'switchSpace',
  tags,
  summary: 'Have a space answer at once',
  request: { params: spaceParam },
  responses: { 204: done, ...failures },
})

export const retrySpaceRoute = createRoute({
  method: 'post',
  path: '/api/v1/spaces/{id}/retry',
  operationId: 'retrySpace',
  tags,
  summary: 'Try again what could not be embedded',
  request: { params: spaceParam },
  responses: { 200: json(z.object({ retried: z.int() }), 'How many contents'), ...failures },
})

export const dropSpaceRoute = createRoute({
  method: 'delete',
  path: '/api/v1/spaces/{id}',
  operationId: 'dropSpace',
  tags,
  summary: 'Remove a space that does not answer, with its vectors',
  request: { params: spaceParam },
  responses: { 204: done, ...failures },
})
