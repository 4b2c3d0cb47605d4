import * as client from 'openid-client'
import { AppError } from '../../core/errors.ts'
import type { Arrival, Errand, IdentityProvider } from '../../core/ports/index.ts'
import { leavesGroupsOut, personOf } from './person.ts'

export interface OidcOptions {
  issuer: string
  clientId: string
  /** Absent for a public client: the proof of the code (PKCE) is all there is then. */
  clientSecret?: string
  name: string
  scope: string
  groupsClaim: string
  nameClaim: string
  /** Where the provider sends browsers back to; it has to know this address. */
  returnTo: string
  /** Where it sends them after signing out. */
  signedOutTo: string
  graceMs: number
  timeoutMs: number
}

const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/

/** Whether codes and tokens may go to this issuer: by TLS, or not out of this machine. */
export const isSafeIssuer = (issuer: string): boolean =>
  issuer.startsWith('https://') || LOOPBACK.test(issuer)

/**
 * A provider of OpenID Connect: authorization code with PKCE, state and nonce; tokens are checked
 * against the keys, the issuer and the client (OpenID Connect Core 1.0, section 3.1.3.7).
 */
export function oidcProvider(options: OidcOptions): IdentityProvider {
  let known: client.Configuration | undefined
  const configuration = async () => {
    known ??= await discover(options)
    return known
  }
  return {
    id: options.issuer,
    name: options.name,
    graceMs: options.graceMs,
    isGrantLasting: options.scope.split(' ').includes('offline_access'),

    async begin() {
      const config = await configuration()
      const errand = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      }
      const address = client.buildAuthorizationUrl(config, {
        redirect_uri: options.returnTo,
        scope: options.scope,
        state: errand.state,
        nonce: errand.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(errand.verifier),
        code_challenge_method: 'S256',
      })
      return { address: address.href, errand }
    },

    async finish(query, errand) {
      const config = await configuration()
      return asked(() => whoCame(config, options, { query, errand }))
    },

    async renew(grant) {
      const config = await configuration()
      try {
        return await whoIs(config, options, await client.refreshTokenGrant(config, grant))
      } catch (cause) {
        if (cause instanceof client.ResponseBodyError && cause.error === 'invalid_grant') {
          return undefined
        }
        // Whatever else it is: nobody is out because a provider, or this box, is not set up well.
        throw unreachable(cause)
      }
    },

    signOutAddress() {
      if (!known?.serverMetadata().end_session_endpoint) return undefined
      return client.buildEndSessionUrl(known, { post_logout_redirect_uri: options.signedOutTo })
        .href
    },
  }
}

async function discover(options: OidcOptions): Promise<client.Configuration> {
  const { issuer, clientId, clientSecret, timeoutMs } = options
  const isPlain = issuer.startsWith('http:')
  try {
    return await client.discovery(
      new URL(issuer),
      clientId,
      undefined,
      clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret),
      {
        timeout: timeoutMs / 1000,
        ...(isPlain && isSafeIssuer(issuer) && { execute: [client.allowInsecureRequests] }),
      },
    )
  } catch (cause) {
    throw unreachable(cause)
  }
}

async function whoCame(
  config: client.Configuration,
  options: OidcOptions,
  { query, errand }: { query: string; errand: Errand },
): Promise<Arrival> {
  const tokens = await client.authorizationCodeGrant(
    config,
    new URL(`${options.returnTo}${query}`),
    {
      pkceCodeVerifier: errand.verifier,
      expectedState: errand.state,
      expectedNonce: errand.nonce,
      idTokenExpected: true,
    },
  )
  if (!tokens.claims()) throw new Error('the answer has no ID token')
  return whoIs(config, options, tokens)
}

type Tokens = Awaited<ReturnType<typeof client.refreshTokenGrant>>

/** What is not in the ID token, or when there is none, is asked for with the token of access. */
async function whoIs(
  config: client.Configuration,
  options: OidcOptions,
  tokens: Tokens,
): Promise<Arrival> {
  const { refresh_token: grant } = tokens
  const claims = tokens.claims()
  const isWhole = claims && options.groupsClaim in claims && options.nameClaim in claims
  const hasMore = config.serverMetadata().userinfo_endpoint !== undefined
  const told = isWhole || !hasMore ? claims : await moreOf(config, tokens, claims)
  if (!told) throw new Error('the answer tells of nobody')
  // Groups that only an ID token tells of are not gone because there is none this time.
  const isSilent = !claims && !(options.groupsClaim in told)
  if (isSilent) throw new Error('the answer tells nothing of groups')
  if (leavesGroupsOut(told, options)) throw incomplete()
  return { person: personOf(told, options), ...(grant !== undefined && { grant }) }
}

async function moreOf(config: client.Configuration, tokens: Tokens, claims?: client.IDToken) {
  // Without an ID token nobody is expected: whoever asks holds it against who it was before.
  const subject = claims?.sub ?? client.skipSubjectCheck
  const more = await client.fetchUserInfo(config, tokens.access_token, subject)
  return { ...more, ...claims, sub: more.sub }
}

/** Tells what is said no to from what does not answer; what a provider says is not shown to people. */
async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    if (cause instanceof client.AuthorizationResponseError) throw refused(cause)
    if (isOfNetwork(cause)) throw unreachable(cause)
    throw new AppError(
      'unauthenticated',
      'The answer of the sign-in service does not fit. Please begin again.',
      { reason: 'OIDC_INVALID', cause },
    )
  }
}

/** `fetch` throws a TypeError for what it cannot reach, and the library one with a code for its own. */
const isOfNetwork = (cause: unknown): boolean =>
  (cause instanceof TypeError && !('code' in cause)) ||
  (cause instanceof client.ClientError && cause.code === 'OAUTH_TIMEOUT') ||
  (cause instanceof client.ResponseBodyError && cause.status >= 500)

const refused = (cause: unknown) =>
  new AppError('unauthenticated', 'The sign-in service has not let you in.', {
    reason: 'OIDC_REFUSED',
    cause,
  })

const incomplete = () =>
  new AppError(
    'unavailable',
    'The sign-in service has not named your groups: there are too many of them. Ask whoever runs it to send those of Onefold alone.',
    { reason: 'OIDC_INCOMPLETE' },
  )

const unreachable = (cause: unknown) =>
  new AppError('unavailable', 'The sign-in service does not answer. Please try again in a while.', {
    reason: 'OIDC_UNREACHABLE',
    cause,
  })
