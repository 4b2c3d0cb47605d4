import { createMiddleware } from 'hono/factory'
import type { Ctx, Env } from '../context.ts'
import type { DoorOptions } from '../door.ts'

/** @param sendTo origins of further stores to which the page sends bytes itself */
const policyFor = (sendTo: readonly string[]) =>
  [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "worker-src 'self' blob:",
    ["connect-src 'self'", ...sendTo].join(' '),
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ')

/** Headers of every response that does not set its own. */
const HEADERS: Record<string, string> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'Cache-Control': 'no-store',
}

const YEAR_S = 365 * 24 * 60 * 60

/** Hosts that browsers trust without TLS (Secure Contexts, section 3.1). */
const LOOPBACK = /^(localhost|[^:]*\.localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i

/** Sets what keeps a browser from doing more with a response than it is meant for. */
export const secureHeaders = (
  { isTls }: Pick<DoorOptions, 'isTls'>,
  sendTo: readonly string[] = [],
) => {
  const always = { ...HEADERS, 'Content-Security-Policy': policyFor(sendTo) }
  return createMiddleware<Env>(async (c, next) => {
    await next()
    if (c.get('sentStatus') !== undefined) return
    for (const [name, value] of Object.entries({ ...always, ...ofOrigin(c, isTls) })) {
      if (!c.res.headers.has(name)) c.res.headers.set(name, value)
    }
  })
}

/** Browsers complain aloud of an opener policy where they do not trust the origin. */
const ofOrigin = (c: Ctx, isTls: boolean): Record<string, string> => ({
  ...(isTls && { 'Strict-Transport-Security': `max-age=${YEAR_S}` }),
  ...((isTls || LOOPBACK.test(c.req.header('host') ?? new URL(c.req.url).host)) && {
    'Cross-Origin-Opener-Policy': 'same-origin',
  }),
})
