import { signOut, whoAmI } from '../../core/account/sessions.ts'
import { CODE_WAIT, signIn, signInByCode } from '../../core/account/sign-in.ts'
import { boxId } from '../../core/content/record.ts'
import type { User } from '../../core/model/actor.ts'
import { type Ctx, router, whoOf } from '../context.ts'
import { signInByCodeRoute, signInRoute, signOutRoute, whoAmIRoute } from '../contract/session.ts'
import { dropSession, keepSession, visitOf } from '../credential.ts'
import type { Door } from '../door.ts'
import { userOut } from '../wire/account.ts'

/** Signing in and out. */
export const session = ({ ports, options, throttle, tickets }: Door) => {
  const rules = { throttle, tickets, limits: options.session }
  const signedIn = (c: Ctx, { user, secret }: { user: User; secret: string }) => {
    keepSession(c, options, secret)
    return { user: userOut(user), csrf: null }
  }
  return router()
    .openapi(signInRoute, async (c) => {
      const done = await signIn(ports, rules, { ...c.req.valid('json'), ...visitOf(c, options) })
      if (!('ticket' in done)) return c.json(signedIn(c, done), 200)
      return c.json({ ticket: done.ticket, ends_at: ports.clock.now() + CODE_WAIT.lifeMs }, 202)
    })
    .openapi(signInByCodeRoute, async (c) => {
      const done = await signInByCode(ports, rules, {
        ...c.req.valid('json'),
        ...visitOf(c, options),
      })
      return c.json(signedIn(c, done), 200)
    })
    .openapi(whoAmIRoute, async (c) => {
      const { actor, id, isSeeingOver, isOneStep } = whoOf(c)
      const { user, quota, initialPasswordUnchanged } = await whoAmI(ports, actor)
      const { identityProvider } = ports
      const isOfProvider = identityProvider && user.directory?.id === identityProvider.id
      const signOutAddress = isOfProvider ? identityProvider.signOutAddress() : undefined
      return c.json(
        {
          user: userOut(user),
          scopes: [...actor.scopes],
          quota_bytes: quota.limitBytes === 0 ? null : quota.limitBytes,
          used_bytes: quota.usedBytes,
          box_id: await boxId(ports),
          ...(user.directory && { password_kept_by: user.directory.id }),
          ...(initialPasswordUnchanged && { initial_password_unchanged: true }),
          ...(options.isCodeRequired &&
            isOneStep &&
            actor.orgRole === 'admin' && { second_step_needed: true }),
          ...(actor.seenBy && {
            seeing_as: {
              by: { id: actor.seenBy.userId, name: actor.seenBy.displayName },
              ends_at: (await ports.catalog.people.seenBy(id))?.endsAt ?? 0,
            },
          }),
          ...(isSeeingOver && { seeing_as_over: true }),
          ...(signOutAddress !== undefined && { sign_out_address: signOutAddress }),
        },
        200,
      )
    })
    .openapi(signOutRoute, async (c) => {
      await signOut(ports, whoOf(c))
      dropSession(c, options)
      return c.body(null, 204)
    })
}
