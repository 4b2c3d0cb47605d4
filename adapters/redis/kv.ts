import { Redis } from 'ioredis'
import { AppError } from '../../core/errors.ts'
import type { Kv } from '../../core/ports/index.ts'

/** Everything of ours in a server that others may use, too. */
const PREFIX = 'onefold:'
const CONNECT_MS = 2_000
/** A server that takes commands and sends nothing for this long is connected to anew. */
const SILENT_MS = 5_000
const LONGEST_PAUSE_MS = 2_000

/**
 * The bucket as the time at which it will be full (the "generic cell rate algorithm", ITU-T I.371),
 * by the server's own clock. A time that cannot be, after a clock was set back, counts as empty.
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local cost, fill = tonumber(ARGV[1]), tonumber(ARGV[2])
local full_at = tonumber(redis.call('GET', KEYS[1]) or '') or now
full_at = math.min(math.max(full_at, now), now + fill) + cost
local wait = full_at - now - fill
if wait > 0.001 then return math.ceil(wait) end -- less is rounding
redis.call('SET', KEYS[1], string.format('%.3f', full_at), 'PX', math.max(1, math.ceil(full_at - now)))
return 0
`

/**
 * A server that speaks the Redis protocol: Valkey, Redis or KeyDB. Connects when it is first asked,
 * and again by itself. While it is away, everything is refused at once instead of waiting for it.
 */
export function redisKv(url: string): Kv {
  const redis = new Redis(url, {
    keyPrefix: PREFIX,
    connectionName: 'onefold',
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
    retryStrategy: (times) => Math.min(50 * 2 ** times, LONGEST_PAUSE_MS),
  })
  let opening: Promise<void> | undefined
  let lastError: Error | undefined
  redis.on('error', (error: Error) => {
    lastError = error
  })
  redis.on('ready', () => {
    lastError = undefined
  })

  async function ask<T>(command: () => Promise<T>): Promise<T> {
    try {
      if (redis.status === 'wait') opening = redis.connect()
      if (redis.status !== 'ready') await opening
      return await command()
    } catch (cause) {
      // Of a command that cannot be sent the client says only that; why, it has said before.
      const { message } = lastError ?? (cause instanceof Error ? cause : new Error(String(cause)))
      throw new AppError('unavailable', message, { reason: 'KEYDB', cause })
    }
  }

  return {
    get: (key) => ask(async () => (await redis.get(key)) ?? undefined),
    async put(key, value, ttlMs) {
      await ask(() => redis.set(key, value, 'PX', Math.ceil(ttlMs)))
    },
    async remove(key) {
      await ask(() => redis.del(key))
    },
    async take(key, points, { points: most, fillMs }) {
      const costMs = (Math.min(points, most) * fillMs) / most
      return Number(await ask(() => redis.eval(TAKE, 1, key, costMs, fillMs)))
    },
    async check() {
      await ask(() => redis.ping())
    },
    async close() {
      redis.disconnect()
    },
  }
}
