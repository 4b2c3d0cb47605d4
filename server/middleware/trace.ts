import { randomBytes } from 'node:crypto'
import { createMiddleware } from 'hono/factory'
import { newTraceId } from '../../core/ids.ts'
import { askerOf } from '../../core/model/actor.ts'
import { clientAddress, trustedProxies } from '../client-address.ts'
import { type Env, isUnsafe, operationOf, templateOf } from '../context.ts'
import type { Door } from '../door.ts'

/** A question that took longer is worth a look. */
const SLOW_MS = 2_000

/** `version-traceid-parentid-flags` (W3C Trace Context, section 3.2); zeros mean nothing. */
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/**
 * Gives the request its trace id, the caller's own if it sent one, and tells it in every answer. What
 * changes something, fails or is slow leaves a span; every request is measured.
 */
export const trace = ({
  spans,
  meters,
  ports,
  options,
}: Pick<Door, 'spans' | 'meters' | 'ports' | 'options'>) => {
  const proxies = trustedProxies(options.trustedProxies)
  return createMiddleware<Env>(async (c, next) => {
    const [, sent] = TRACEPARENT.exec(c.req.header('traceparent') ?? '') ?? []
    c.set('traceId', sent ?? newTraceId())
    const peer = c.env?.incoming?.socket.remoteAddress
    c.set('address', clientAddress(peer, c.req.header('x-forwarded-for'), proxies))
    const startedAt = ports.clock.now()
    const start = ports.clock.monotonic()
    await next()
    const durationMs = ports.clock.monotonic() - start
    // A route may have found the trace that the request belongs to.
    const traceId = c.get('traceId')
    const status = c.get('sentStatus') ?? c.res.status
    if (c.get('sentStatus') === undefined) {
      c.res.headers.set('X-Trace-Id', traceId)
      c.res.headers.set('traceparent', `00-${traceId}-${randomBytes(8).toString('hex')}-01`)
    }
    const route = templateOf(c) ?? 'other'
    meters.request({ method: c.req.method, route, status }, durationMs / 1000)
    if (!isUnsafe(c) && status < 500 && durationMs < SLOW_MS) return
    const actor = c.get('who')?.actor
    const userId = actor && askerOf(actor)
    spans.add({
      traceId,
      operation: operationOf(c),
      ...(userId && { userId }),
      status: String(status),
      startedAt,
      durationMs: Math.round(durationMs),
    })
  })
}
