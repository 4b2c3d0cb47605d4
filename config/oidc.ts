import { AppError } from '../core/errors.ts'
import type { IdentityProvider } from '../core/ports/index.ts'
import type { Config } from './schema.ts'

const HOUR_MS = 3_600_000
const TIMEOUT_MS = 10_000

/** Where the provider sends browsers back to, below the origin of the box. */
const CALLBACK = '/api/v1/session/oidc/callback'

/**
 * The provider of the configuration; undefined without one. It is not asked anything yet.
 *
 * @throws AppError `bad_request` (reason `CONFIG`) for one that could not be asked
 */
export async function oidcOf({
  oidc,
}: Pick<Config, 'oidc'>): Promise<IdentityProvider | undefined> {
  const { issuer, clientId, clientSecret, origin, graceHours, ...rest } = oidc
  if (issuer === undefined) return undefined
  if (clientId === undefined) throw refusal('oidc_issuer needs oidc_client_id.')
  if (origin === undefined) {
    throw refusal('oidc_issuer needs oidc_origin, where browsers reach this box.')
  }
  const { isSafeIssuer, oidcProvider } = await import('../adapters/oidc/identity-provider.ts')
  if (!isSafeIssuer(issuer)) {
    throw refusal('oidc_issuer must start with https://, unless it is on this very machine.')
  }
  if (!rest.scope.split(' ').includes('openid')) throw refusal('oidc_scope has no "openid" in it.')
  return oidcProvider({
    ...rest,
    issuer,
    clientId,
    ...(clientSecret !== undefined && { clientSecret }),
    returnTo: new URL(CALLBACK, origin).href,
    signedOutTo: new URL('/sign-in', origin).href,
    graceMs: graceHours * HOUR_MS,
    timeoutMs: TIMEOUT_MS,
  })
}

const refusal = (problem: string) =>
  new AppError('bad_request', `The configuration is not right:\n  ${problem}`, { reason: 'CONFIG' })
