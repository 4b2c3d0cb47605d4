import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { comeBackSignedIn, leaveToSignIn } from '../../core/account/sign-in-elsewhere.ts'
import { AppError } from '../../core/errors.ts'
import { type Ctx, router } from '../context.ts'
import { comeBackRoute, leaveToSignInRoute, signInWaysRoute } from '../contract/oidc.ts'
import { keepSession, visitOf } from '../credential.ts'
import type { Door } from '../door.ts'

/** Signing in at a provider of OpenID Connect. */
export const oidc = ({ ports, options, journeys }: Door) => {
  const name = options.isTls ? '__Host-onefold_journey' : 'onefold_journey'
  // Lax: the provider sends the browser back by a link of another site.
  const cookie = { path: '/', httpOnly: true, sameSite: 'Lax', secure: options.isTls } as const
  return router()
    .openapi(signInWaysRoute, (c) => {
      const { identityProvider } = ports
      return c.json({ oidc: identityProvider ? { name: identityProvider.name } : null }, 200)
    })
    .openapi(leaveToSignInRoute, async (c) => {
      const from = pathOf(c.req.valid('query').from)
      return orSay(c, async () => {
        const { address, secret } = await leaveToSignIn(ports, journeys, from)
        setCookie(c, name, secret, { ...cookie, maxAge: 600 })
        return c.redirect(address, 302)
      })
    })
    .openapi(comeBackRoute, (c) =>
      orSay(c, async () => {
        const secret = getCookie(c, name)
        deleteCookie(c, name, cookie)
        const query = new URL(c.req.url).search
        const visit = { ...visitOf(c, options), door: 'web' as const, secret, query }
        const done = await comeBackSignedIn(ports, { journeys, limits: options.session }, visit)
        keepSession(c, options, done.secret)
        return c.redirect(done.from, 302)
      }),
    )

  /** Browsers come here by a link: what failed is said by a page, and written down. */
  async function orSay(c: Ctx, work: () => Promise<Response>): Promise<Response> {
    try {
      return await work()
    } catch (cause) {
      const reason = cause instanceof AppError ? cause.reason : undefined
      if (reason === undefined) throw cause
      await ports.catalog.journal.audit({
        at: ports.clock.now(),
        action: 'session.refuse',
        subject: 'session',
        detail: { by: 'oidc', reason },
        traceId: c.get('traceId'),
        address: c.get('address'),
        door: 'web',
      })
      ports.log.warn('A sign-in at the provider came to nothing.', { err: cause, reason })
      return c.redirect(`/sign-in?problem=${encodeURIComponent(reason)}`, 302)
    }
  }
}

/** A path of this box, whatever stood in the address. */
function pathOf(from: string | undefined): string {
  const wanted = from?.startsWith('/') ? URL.parse(from, 'http://box') : null
  // `/.//elsewhere` is a path here, and another host once it stands in an answer.
  const isOurs = wanted?.origin === 'http://box' && !/^\/(\/|api\/)/.test(wanted.pathname)
  return isOurs ? wanted.pathname + wanted.search : '/'
}
