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
  description:
    'Sets the session cookie. Unknown user and wrong password look the same: 401. Where a code is asked for, 202 with a ticket for `POST /api/v1/session/code`, and no cookie yet.',
  request: {
    body: body(z.object({ username: z.string().max(256), password: z.string().max(1024) })),
  },
  responses: {
    200: json(z.object({ user: UserOut, csrf: z.null() }), 'Signed in; the cookie is set'),
    202: json(
      z
        .object({
          ticket: z.string().openapi({ description: 'Stands for the password, for one sign-in' }),
          ends_at: Time,
        })
        .openapi('SignInTicket'),
      'The password is right; a code is asked for',
    ),
    ...failures,
  },
})

export const signInByCodeRoute = createRoute({
  method: 'post',
  path: '/api/v1/session/code',
  operationId: 'signInByCode',
  tags,
  security: open,
  summary: 'Sign in: the code',
  description:
    'A code of the app, or one to recover by; each works once. Sets the session cookie. 401 `WRONG_CODE` for one that is wrong or used, `SIGN_IN_OVER` when the ticket is good no more.',
  request: {
    body: body(z.object({ ticket: z.string().max(100), code: z.string().max(100) })),
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
        password_kept_by: z.string().optional().openapi({
          description:
            'The directory or provider that keeps the password; absent for local accounts',
        }),
        initial_password_unchanged: z.boolean().optional(),
        second_step_needed: z.boolean().optional().openapi({
          description: 'Nothing else can be done before a second step of sign-in is set up',
        }),
        sign_out_address: z.string().optional().openapi({
          description:
            'Where the browser goes after signing out, to sign out at its provider as well',
        }),
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
  description: 'Browsers remove what they keep of this site (`Clear-Site-Data`).',
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

export const endOtherSessionsRoute = createRoute({
  method: 'delete',
  path: '/api/v1/sessions',
  operationId: 'endOtherSessions',
  tags,
  summary: 'End all own sessions but this one',
  responses: { 204: done, ...failures },
})

const people = ['People']

export const listSessionsOfRoute = createRoute({
  method: 'get',
  path: '/api/v1/users/{id}/sessions',
  operationId: 'listSessionsOf',
  tags: people,
  summary: 'Where an account is signed in',
  request: { params: idParam },
  responses: { 200: json(listOf(SessionItem), 'Its sessions'), ...failures },
})

export const endSessionsOfRoute = createRoute({
  method: 'delete',
  path: '/api/v1/users/{id}/sessions',
  operationId: 'endSessionsOf',
  tags: people,
  summary: 'Sign an account out everywhere',
  description: 'Its tokens go on: see `lock-out`.',
  request: { params: idParam },
  responses: { 204: done, ...failures },
})

export const changePasswordRoute = createRoute({
  method: 'post',
  path: '/api/v1/password',
  operationId: 'changePassword',
  tags,
  summary: 'Change the own password',
  description: 'Ends all other sessions of the account, and sets a new cookie for this one.',
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
        expires_at: Time.nullish().openapi({
          description: 'Without it the usual time (`token_default_days`); null for no end',
        }),
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
