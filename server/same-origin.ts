import type { Credential } from '../core/account/authenticate.ts'
import { AppError } from '../core/errors.ts'
import { type Ctx, isUnsafe } from './context.ts'

/**
 * Refuses a state-changing call that another site made a browser send. A browser always says where
 * such a call comes from; a call by cookie that says nothing is refused too. A token cannot be sent
 * by another site, as no browser adds it by itself.
 *
 * @throws AppError `forbidden` (reason `CROSS_ORIGIN`)
 */
export function assertSameOrigin(c: Ctx, kind: Credential['kind'] | undefined): void {
  if (!isUnsafe(c) || kind === 'token') return
  const origin = c.req.header('origin')
  const site = c.req.header('sec-fetch-site')
  if (site === 'same-origin' || site === 'none') return
  if (site === undefined && origin !== undefined && hostOf(origin) === c.req.header('host')) return
  if (site === undefined && origin === undefined && kind === undefined) return
  throw new AppError('forbidden', 'This call comes from another site.', { reason: 'CROSS_ORIGIN' })
}

/** Host and port alone: a proxy in front may speak TLS where this server does not. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
