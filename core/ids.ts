import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(4096)
let used = pool.length

/** Sixteen random bytes, each given once; drawn many at a time, as every draw is a system call. */
function random16(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += 16
  return Buffer.from(pool.subarray(used - 16, used))
}

/** A new UUIDv7 (RFC 9562 section 5.7): 48 bits of epoch milliseconds, then random bits. */
export function newId(nowMs: number = Date.now()): string {
  const bytes = random16()
  bytes.writeUIntBE(nowMs, 0, 6)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether `text` has the shape of an id of ours. The only text that may enter an index filter. */
export const isId = (text: string): boolean => UUID.test(text)

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz'

/** A new ULID in lower case (26 characters, github.com/ulid/spec): never the same twice. */
export function newUlid(nowMs: number = Date.now()): string {
  let time = ''
  for (let rest = nowMs, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) {
    time = CROCKFORD[rest % 32] + time
  }
  let random = ''
  for (const byte of random16()) random += CROCKFORD[byte % 32]
  return time + random
}

/** A new W3C trace id: 32 lower-case hex characters (Trace Context, section 3.2.2.3). */
export const newTraceId = (): string => random16().toString('hex')
