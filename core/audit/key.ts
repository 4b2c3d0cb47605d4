import { hash } from 'node:crypto'

/** Bytes of every key. */
export const KEY_BYTES = 32

/** The key of the next hour. From it nobody gets back to `key`. */
export const nextKey = (key: Uint8Array): Buffer =>
  hash('sha256', Buffer.concat([Buffer.from('onefold/audit/next'), key]), 'buffer')

/** What a chain is called: a fingerprint of its first key, eight hex digits. */
export const chainOf = (first: Uint8Array): string =>
  hash('sha256', Buffer.concat([Buffer.from('onefold/audit/chain'), first]), 'hex').slice(0, 8)

/** The key `steps` hours on. */
export function keyAfter(key: Uint8Array, steps: number): Buffer {
  let moved: Buffer = Buffer.from(key)
  for (let step = 0; step < steps; step++) moved = nextKey(moved)
  return moved
}

/** The first key of a chain, as it is written down for whoever verifies. */
export const keyText = (first: Uint8Array): string =>
  `ofk1.${chainOf(first)}.${Buffer.from(first).toString('base64url')}`

const KEY = /\bofk1\.([0-9a-f]{8})\.([\w-]{43})(?![\w-])/g

/** First keys in a text by the name of their chain; one that was mistyped is left out. */
export function keysIn(text: string): Map<string, Buffer> {
  const keys = new Map<string, Buffer>()
  for (const [, chain = '', written = ''] of text.matchAll(KEY)) {
    const key = Buffer.from(written, 'base64url')
    if (key.byteLength === KEY_BYTES && chainOf(key) === chain) keys.set(chain, key)
  }
  return keys
}
