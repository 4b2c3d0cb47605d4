import { deleteCookie, setCookie } from 'hono/cookie'
import { signOut, whoAmI } from '../../core/account/sessions.ts'
import { signIn } from '../../core/account/sign-in.ts'
import { boxId } from '../../core/content/record.ts'
import { router, whoOf } from '../context.ts'
import { signInRoute, signOutRoute, whoAmIRoute } from '../contract/session.ts'
import { cookieName, credentialOf } from '../credential.ts'
import type { Door } from '../door.ts'
import { userOut } from '../wire/account.ts'

/** Signing in and out. */
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
      const { actor, id, isSeeingOver } = whoOf(c)
      const { user, quota, initialPasswordUnchanged } = await whoAmI(ports, actor)
      return c.json(
        {
          user: userOut(user),
          scopes: [...actor.scopes],
          quota_bytes: quota.limitBytes === 0 ? null : quota.limitBytes,
          used_bytes: quota.usedBytes,
          box_id: await boxId(ports),
          ...(initialPasswordUnchanged && { initial_password_unchanged: true }),
          ...(actor.seenBy && {
            seeing_as: {
              by: { id: actor.seenBy.userId, name: actor.seenBy.displayName },
              ends_at: (await ports.catalog.people.seenBy(id))?.endsAt ?? 0,
            },
          }),
          ...(isSeeingOver && { seeing_as_over: true }),
        },
        200,
      )
    })
    .openapi(signOutRoute, async (c) => {
      await signOut(ports, whoOf(c))
      deleteCookie(c, cookieName(options), cookie)
      return c.body(null, 204)
    })
}
