import { createRoute, z } from '@hono/zod-openapi'
import { body, done, failures, Id, idParam, json, listOf, open, Time } from './shared.ts'

export const UserOut = z
  .object({
    id: Id,
    username: z.string(),
    display_name: z.string(),
    org_role: z.enum(['member', 'admin']),
  })
  .openapi('User')

const Scopes = z.array(z.enum(['read', 'write', 'admin']))

const SessionItem = z
  .object({
    id: Id,
    created_at: Time,
    last_used_at: Time,
    expires_at: Time,
    user_agent: z.string(),
    address: z.string(),
    current: z.boolean(),
  })
  .openapi('Session')

const tags = ['Account']

export const signInRoute = createRoute({
  method: 'post',
  path: '/api/v1/session',
  operationId: 'signIn',
  tags,
  security: open,
  summary: 'Sign in',
  description: 'Sets the session cookie. Unknown user and wrong password look the same: 401.',
  request: {
    body: body(z.object({ username: z.string().max(256), password: z.string().max(1024) })),
  },
  responses: {
    200: json(z.object({ user: UserOut, csrf: z.null() }), 'Signed in; the cookie is set'),
    ...failures,
  },
})

export const whoAmIRoute = createRoute({
  method: 'get',
  path: '/api/v1/session',
  operationId: 'whoAmI',
  tags,
  summary: 'Who is signed in',
  responses: {
    200: json(
      z.object({
        user: UserOut,
        scopes: Scopes,
        quota_bytes: z.int().nullable().openapi({
          description: 'Most bytes that the account may put in; null for no limit',
        }),
        used_bytes: z.int().openapi({
          description: 'Bytes of all versions the account has put in, each copy counted',
        }),
        box_id: Id.openapi({ description: 'A random id of this box, for what clients remember' }),
        initial_password_unchanged: z.boolean().optional(),
        seeing_as: z
          .object({ by: z.object({ id: Id, name: z.string() }), ends_at: Time })
          .optional()
          .openapi({ description: 'The administrator who looks as this account, until when' }),
        seeing_as_over: z.boolean().optional().openapi({
          description: 'It ended by itself; DELETE /api/v1/see-as lets this session write again',
        }),
      }),
      'The account behind the credential',
    ),
    ...failures,
  },
})

export const signOutRoute = createRoute({
  method: 'delete',
  path: '/api/v1/session',
  operationId: 'signOut',
  tags,
  summary: 'Sign out',
  responses: { 204: done, ...failures },
})

export const listSessionsRoute = createRoute({
  method: 'get',
  path: '/api/v1/sessions',
  operationId: 'listSessions',
  tags,
  summary: 'Own sessions',
  responses: { 200: json(listOf(SessionItem), 'Where the account is signed in'), ...failures },
})

export const endSessionRoute = createRoute({
  method: 'delete',
  path: '/api/v1/sessions/{id}',
  operationId: 'endSession',
  tags,
  summary: 'End one of the own sessions',
  request: { params: idParam },
  responses: { 204: done, ...failures },
})

export const changePasswordRoute = createRoute({
  method: 'post',
  path: '/api/v1/password',
  operationId: 'changePassword',
  tags,
  summary: 'Change the own password',
  description: 'Ends all other sessions of the account.',
  request: {
    body: body(z.object({ current: z.string().max(1024), next: z.string().max(1024) })),
  },
  responses: { 204: done, ...failures },
})

const TokenOut = z
  .object({
    id: Id,
    name: z.string(),
    scopes: Scopes,
    book_ids: z.array(Id).nullable(),
    created_at: Time,
    expires_at: Time.nullable(),
    last_used_at: Time.nullable(),
  })
  .openapi('Token')

export const listTokensRoute = createRoute({
  method: 'get',
  path: '/api/v1/tokens',
  operationId: 'listTokens',
  tags,
  summary: 'Own tokens',
  responses: { 200: json(listOf(TokenOut), 'Tokens without their secret'), ...failures },
})

export const createTokenRoute = createRoute({
  method: 'post',
  path: '/api/v1/tokens',
  operationId: 'createToken',
  tags,
  summary: 'Make a token for scripts',
  description:
    'The token is shown once. It can do what its owner can, narrowed by its scopes and books.',
  request: {
    body: body(
      z.object({
        name: z.string().trim().min(1).max(100),
        scopes: Scopes.min(1),
        book_ids: z.array(Id).max(1000).nullish(),
        expires_at: Time.nullish(),
      }),
    ),
  },
  responses: {
    201: json(TokenOut.extend({ token: z.string() }).openapi('NewToken'), 'The token, once'),
    ...failures,
  },
})

export const revokeTokenRoute = createRoute({
  method: 'delete',
  path: '/api/v1/tokens/{id}',
  operationId: 'revokeToken',
  tags,
  summary: 'Revoke a token',
  request: { params: idParam },
  responses: { 204: done, ...failures },
})
