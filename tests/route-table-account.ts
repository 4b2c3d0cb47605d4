import type { Row } from './route-table.ts'

/** Routes of sign-in and sessions. What only a browser can do, a token is refused. */
export const ACCOUNT_ROUTES: Record<string, Row> = {
  'POST /api/v1/session/code': {
    right: 'open',
    ok: 401,
    send: () => ({ json: { ticket: 'none', code: '000000' } }),
  },
  'GET /api/v1/sign-in': { right: 'open', ok: 200 },
  'GET /api/v1/session/oidc': { right: 'open', ok: 302 },
  'GET /api/v1/session/oidc/callback': { right: 'open', ok: 302 },
  'DELETE /api/v1/sessions': { right: 'ownAccount', ok: 204 },
  'GET /api/v1/second-step': { right: 'ownAccount', ok: 200 },
  'POST /api/v1/second-step': {
    right: 'signedIn',
    ok: 400,
    send: () => ({ json: { password: 'wrong' } }),
  },
  'POST /api/v1/second-step/on': {
    right: 'signedIn',
    ok: 400,
    send: () => ({ json: { code: '000000' } }),
  },
  'POST /api/v1/second-step/recovery-codes': {
    right: 'signedIn',
    ok: 400,
    send: () => ({ json: { code: '000000' } }),
  },
  'POST /api/v1/second-step/off': {
    right: 'signedIn',
    ok: 400,
    send: () => ({ json: { password: 'wrong', code: '000000' } }),
  },
  'GET /api/v1/users/{id}/sessions': {
    right: 'orgAdmin',
    ok: 200,
    about: async (world) => ({ id: await world.stranger() }),
  },
  'DELETE /api/v1/users/{id}/sessions': {
    right: 'orgAdmin',
    ok: 204,
    about: async (world) => ({ id: await world.stranger() }),
  },
  'DELETE /api/v1/users/{id}/second-step': {
    right: 'orgAdmin',
    ok: 200,
    about: async (world) => ({ id: await world.stranger() }),
  },
}
