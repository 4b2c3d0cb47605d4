import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Context, Provider } from 'oidc-provider'

/** Somebody as the provider knows them. */
export interface Subject {
  sub: string
  preferred_username?: string
  name?: string
  groups?: readonly string[]
  /** There are groups, and too many to name. */
  hasgroups?: boolean
}

export const CLIENT = { id: 'onefold', secret: 'a secret of the client, long enough for it' }

/**
 * A real provider of OpenID Connect on this machine, at which somebody signs in without being asked.
 * Whoever starts it closes it. `inToken`: names and groups stand in the ID token. `canRenew`: it gives
 * something to ask by again.
 */
export async function oidcServer(returnTo: string, { inToken = false, canRenew = false } = {}) {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const people = new Map<string, Subject>()
  const state: { who: Subject | undefined; asked: string[] } = { who: undefined, asked: [] }
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        grant_types: ['authorization_code', ...(canRenew ? ['refresh_token'] : [])],
        redirect_uris: [returnTo],
        post_logout_redirect_uris: [new URL('/sign-in', returnTo).href],
      },
    ],
    cookies: { keys: ['only for tests'] },
    jwks: undefined,
    scopes: ['openid', 'profile', 'groups'],
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username'],
      groups: ['groups', 'hasgroups'],
    },
    conformIdTokenClaims: !inToken,
    issueRefreshToken: () => canRenew,
    rotateRefreshToken: true,
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
    interactions: { url: (_ctx: Context, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_ctx: Context, sub: string) =>
      people.has(sub) ? { accountId: sub, claims: () => people.get(sub) } : undefined,
    async loadExistingGrant({ oidc }: Context) {
      const { clientId } = oidc.client
      const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session.accountId })
      grant.addOIDCScope('openid profile groups')
      await grant.save()
      return grant
    },
  })
  const answer = provider.callback()
  server.on('request', (request, response) => {
    state.asked.push(request.url ?? '')
    if (!request.url?.startsWith('/interaction/')) return answer(request, response)
    const { who } = state
    if (who) people.set(who.sub, who)
    const result = who
      ? { login: { accountId: who.sub } }
      : { error: 'access_denied', error_description: 'nobody signs in' }
    void provider.interactionFinished(request, response, result)
  })
  const close = async () => {
    server.closeAllConnections()
    if (!server.listening) return
    server.close()
    await once(server, 'close')
  }

  return {
    issuer,
    state,
    close,
    /** What it knows of people; who is taken out is not let in any more. */
    people,

    /** Walks a browser from `address` to where the provider sends it back to. */
    async walk(address: string): Promise<URL> {
      const jar = new Map<string, string>()
      let at = new URL(address)
      while (at.origin === issuer) {
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
        const answered = await fetch(at, { redirect: 'manual', headers: { cookie } })
        for (const each of answered.headers.getSetCookie()) {
          const [name = '', value = ''] = (each.split(';')[0] ?? '').split('=')
          jar.set(name, value)
        }
        const to = answered.headers.get('location')
        if (to === null)
          throw new Error(`${at.pathname}: ${answered.status} ${await answered.text()}`)
        at = new URL(to, at)
      }
      return at
    },
  }
}
