import type { Ctx } from './context.ts'

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

/** Whether the request was made on this very machine, and not handed on by a proxy on it. */
export const isLocal = (c: Ctx): boolean =>
  LOOPBACK.test(c.get('address')) && FORWARDED.every((name) => c.req.header(name) === undefined)
