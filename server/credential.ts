import { getCookie } from 'hono/cookie'
import type { Credential } from '../core/account/authenticate.ts'
import type { Ctx } from './context.ts'
import type { DoorOptions } from './door.ts'

/**
 * Name of the session cookie. Over TLS it has the prefix with which browsers refuse it from any other
 * host or path, and without TLS; there it cannot be set on plain HTTP.
 */
export const cookieName = ({ isTls }: Pick<DoorOptions, 'isTls'>): string =>
  isTls ? '__Host-onefold_session' : 'onefold_session'

/** What the request shows to say who asks. A token goes before a cookie: it was sent on purpose. */
export function credentialOf(c: Ctx, options: Pick<DoorOptions, 'isTls'>): Credential | undefined {
  const [, token] = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? []
  if (token) return { kind: 'token', secret: token }
  const secret = getCookie(c, cookieName(options))
  return secret ? { kind: 'session', secret } : undefined
}
