import { deleteCookie, setCookie } from 'hono/cookie'
import {
  changePassword,
  endSession,
  listSessions,
  signOut,
  whoAmI,
} from '../../core/account/sessions.ts'
import { signIn } from '../../core/account/sign-in.ts'
import { actorOf, router, whoOf } from '../context.ts'
import {
  changePasswordRoute,
  endSessionRoute,
  listSessionsRoute,
  signInRoute,
  signOutRoute,
  whoAmIRoute,
} from '../contract/session.ts'
import { cookieName, credentialOf } from '../credential.ts'
import type { Door } from '../door.ts'
import { userOut } from '../wire/account.ts'
import { wholeList } from '../wire/page.ts'

/** Signing in and out, and the own account. */
export const session = ({ ports, options, throttle }: Door) => {
  const cookie = {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: options.isTls,
  } as const
  return router()
    .openapi(signInRoute, async (c) => {
      const earlier = credentialOf(c, options)
      const { user, secret } = await signIn(
        ports,
        { throttle, limits: options.session },
        {
          ...c.req.valid('json'),
          address: c.get('address'),
          userAgent: c.req.header('user-agent') ?? '',
          traceId: c.get('traceId'),
          ...(earlier?.kind === 'session' && { earlierSecret: earlier.secret }),
        },
      )
      const maxAge = Math.floor(options.session.absoluteMs / 1000)
      setCookie(c, cookieName(options), secret, { ...cookie, maxAge })
      return c.json({ user: userOut(user), csrf: null }, 200)
    })
    .openapi(whoAmIRoute, async (c) => {
      const actor = actorOf(c)
      const { user, initialPasswordUnchanged } = await whoAmI(ports, actor)
      return c.json(
        {
          user: userOut(user),
          scopes: [...actor.scopes],
          ...(initialPasswordUnchanged && { initial_password_unchanged: true }),
        },
        200,
      )
    })
    .openapi(signOutRoute, async (c) => {
      await signOut(ports, whoOf(c))
      deleteCookie(c, cookieName(options), cookie)
      return c.body(null, 204)
    })
    .openapi(listSessionsRoute, async (c) => {
      const who = whoOf(c)
      const own = await listSessions(ports, who.actor)
      return c.json(
        wholeList(own, (row) => ({
          id: row.id,
          created_at: row.createdAt,
          last_used_at: row.lastUsedAt,
          expires_at: row.expiresAt,
          user_agent: row.userAgent,
          address: row.address,
          current: row.id === who.id,
        })),
        200,
      )
    })
    .openapi(endSessionRoute, async (c) => {
      await endSession(ports, actorOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    })
    .openapi(changePasswordRoute, async (c) => {
      await changePassword(ports, whoOf(c), { ...c.req.valid('json'), throttle })
      return c.body(null, 204)
    })
}
