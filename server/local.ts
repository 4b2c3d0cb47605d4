import type { Ctx } from './context.ts'
import type { DoorOptions } from './door.ts'

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

/**
 * Whether the request was made on this very machine, and not handed on by a proxy on it. Where one is
 * configured nobody is local: not every proxy says that it is one.
 */
export const isLocal = (
  c: Ctx,
  { isTls, trustedProxies }: Pick<DoorOptions, 'isTls' | 'trustedProxies'>,
): boolean =>
  !isTls &&
  trustedProxies === 'none' &&
  LOOPBACK.test(c.get('address')) &&
  FORWARDED.every((name) => c.req.header(name) === undefined)
