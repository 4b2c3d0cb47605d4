import { createRoute, z } from '@hono/zod-openapi'
import { failures, json, open } from './shared.ts'

const tags = ['Account']

export const signInWaysRoute = createRoute({
  method: 'get',
  path: '/api/v1/sign-in',
  operationId: 'signInWays',
  tags,
  security: open,
  summary: 'How one can sign in',
  responses: {
    200: json(
      z.object({
        oidc: z
          .object({ name: z.string().openapi({ description: 'What people know it as' }) })
          .nullable(),
      }),
      'Beside name and password: a provider of OpenID Connect, or null',
    ),
    ...failures,
  },
})

export const leaveToSignInRoute = createRoute({
  method: 'get',
  path: '/api/v1/session/oidc',
  operationId: 'leaveToSignIn',
  tags,
  security: open,
  summary: 'Sign in at the provider of OpenID Connect',
  description:
    'For browsers: leads to the provider, and in the end back to the page `from`, signed in; to `/sign-in?problem=…` when it fails.',
  request: { query: z.object({ from: z.string().max(2000).optional() }) },
  responses: { 302: { description: 'To the provider' }, ...failures },
})

export const comeBackRoute = createRoute({
  method: 'get',
  path: '/api/v1/session/oidc/callback',
  operationId: 'comeBackSignedIn',
  tags,
  security: open,
  summary: 'Where the provider sends browsers back to',
  description: 'Only for the browser that left from here, once, within ten minutes.',
  responses: {
    302: { description: 'To the page, signed in; or to the sign-in page' },
    ...failures,
  },
})
