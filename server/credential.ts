import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Credential } from '../core/account/authenticate.ts'
import type { Visit } from '../core/account/open-session.ts'
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

/** Browsers say where they come from; programs that know nothing of it do not. */
export const doorOf = (c: Ctx): 'web' | 'api' =>
  (c.req.header('sec-fetch-site') ?? c.req.header('origin')) === undefined ? 'api' : 'web'

/** Where a sign-in comes from; a session that the browser has ends by it. */
export function visitOf(c: Ctx, options: Pick<DoorOptions, 'isTls'>): Visit {
  const earlier = credentialOf(c, options)
  return {
    address: c.get('address'),
    userAgent: c.req.header('user-agent') ?? '',
    traceId: c.get('traceId'),
    door: doorOf(c),
    ...(earlier?.kind === 'session' && { earlierSecret: earlier.secret }),
  }
}

const cookie = ({ isTls }: Pick<DoorOptions, 'isTls'>) =>
  ({ path: '/', httpOnly: true, sameSite: 'Lax', secure: isTls }) as const

/** Gives the browser the secret of its session. */
export function keepSession(
  c: Ctx,
  options: Pick<DoorOptions, 'isTls' | 'session'>,
  secret: string,
): void {
  const maxAge = Math.floor(options.session.absoluteMs / 1000)
  setCookie(c, cookieName(options), secret, { ...cookie(options), maxAge })
}

/**
 * Takes it back, and has the browser remove what pages have kept for this origin. Not its cookies: that
 * would be those of all hosts of the domain. Nor its cache: nothing that is private is in it.
 */
export function dropSession(c: Ctx, options: Pick<DoorOptions, 'isTls'>): void {
  deleteCookie(c, cookieName(options), cookie(options))
  c.header('Clear-Site-Data', '"storage"')
}
