import { createRoute, z } from '@hono/zod-openapi'
import { AccountOut } from './people.ts'
import { body, done, failures, idParam, json, Time } from './shared.ts'

const tags = ['Account']

const Code = z.string().max(100).openapi({ example: '287082' })
const Password = z.string().max(1024)

const RecoveryCodes = z
  .object({
    recovery_codes: z.array(z.string()).openapi({
      description: 'Each works once in place of a code of the app; shown this once',
    }),
  })
  .openapi('RecoveryCodes')

export const getSecondStepRoute = createRoute({
  method: 'get',
  path: '/api/v1/second-step',
  operationId: 'getSecondStep',
  tags,
  summary: 'The own second step of sign-in',
  responses: {
    200: json(
      z
        .object({
          on_since: Time.nullable(),
          recovery_codes_left: z.int(),
          required: z.boolean().openapi({ description: 'Whether it can be switched off' }),
        })
        .openapi('SecondStep'),
      'Whether a code is asked for',
    ),
    ...failures,
  },
})

export const beginSecondStepRoute = createRoute({
  method: 'post',
  path: '/api/v1/second-step',
  operationId: 'beginSecondStep',
  tags,
  summary: 'Make a secret for an app',
  description: 'No code is asked for before the first was sent to `/second-step/on`.',
  request: { body: body(z.object({ password: Password })) },
  responses: {
    201: json(
      z.object({
        secret: z.string().openapi({ description: 'Base32, to type; shown this once' }),
        address: z.string().openapi({ description: '`otpauth://…`, for a picture (QR code)' }),
      }),
      'The secret, once',
    ),
    ...failures,
  },
})

export const turnOnSecondStepRoute = createRoute({
  method: 'post',
  path: '/api/v1/second-step/on',
  operationId: 'turnOnSecondStep',
  tags,
  summary: 'Ask for a code at every sign-in from now on',
  description: 'Takes the first code of the app. All other sessions of the account end.',
  request: { body: body(z.object({ code: Code })) },
  responses: { 200: json(RecoveryCodes, 'Codes to recover by, once'), ...failures },
})

export const renewRecoveryCodesRoute = createRoute({
  method: 'post',
  path: '/api/v1/second-step/recovery-codes',
  operationId: 'renewRecoveryCodes',
  tags,
  summary: 'Ten new codes to recover by, in place of all earlier ones',
  request: { body: body(z.object({ code: Code })) },
  responses: { 200: json(RecoveryCodes, 'Codes to recover by, once'), ...failures },
})

export const turnOffSecondStepRoute = createRoute({
  method: 'post',
  path: '/api/v1/second-step/off',
  operationId: 'turnOffSecondStep',
  tags,
  summary: 'Ask for no code any more',
  request: { body: body(z.object({ password: Password, code: Code })) },
  responses: { 204: done, ...failures },
})

export const resetSecondStepRoute = createRoute({
  method: 'delete',
  path: '/api/v1/users/{id}/second-step',
  operationId: 'resetSecondStep',
  tags: ['People'],
  summary: 'Take the second step away from somebody who has lost it',
  description: 'Ends all sessions of the account.',
  request: { params: idParam },
  responses: { 200: json(AccountOut, 'The account'), ...failures },
})
