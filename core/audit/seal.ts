import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'
import type { KeyRing } from '../ports/key-ring.ts'
import { type PlainEntry, recordOf, type Seal } from './record.ts'

/** What the first entry of all is chained to. */
export const NOTHING_BEFORE = Buffer.alloc(32)

/** What Node makes of a key, as long as the key is used: making it costs four times the code itself. */
const prepared = new WeakMap<Uint8Array, KeyObject>()

export const macOf = (key: Uint8Array, before: Uint8Array, record: Uint8Array): Buffer =>
  createHmac('sha256', secretOf(key)).update(before).update(record).digest()

function secretOf(key: Uint8Array): KeyObject {
  const known = prepared.get(key)
  if (known) return known
  const made = createSecretKey(key)
  prepared.set(key, made)
  return made
}

export const linkOf = (before: Uint8Array, record: Uint8Array): Buffer =>
  hash('sha256', Buffer.concat([before, record]), 'buffer')

/** Seals an entry after the one that `before` belongs to. */
export function sealAfter(
  ring: Pick<KeyRing, 'keyFor'>,
  before: Seal | undefined,
  entry: PlainEntry,
): Seal {
  const { chain, epoch, key } = ring.keyFor(before)
  const record = recordOf(entry)
  return {
    chain,
    epoch,
    mac: macOf(key, before?.mac ?? NOTHING_BEFORE, record),
    link: linkOf(before?.link ?? NOTHING_BEFORE, record),
  }
}

/** Bytes of a packed seal: chain (4), epoch (4, big endian), mac (32), link (32). */
const PACKED = 72

export function packSeal({ chain, epoch, mac, link }: Seal): Buffer {
  const head = Buffer.alloc(8)
  head.write(chain, 'hex')
  head.writeUInt32BE(epoch, 4)
  return Buffer.concat([head, mac, link])
}

/** Undefined for what is no seal. */
export function unpackSeal(packed: Buffer | null | undefined): Seal | undefined {
  if (!packed || packed.byteLength !== PACKED) return undefined
  return {
    chain: packed.toString('hex', 0, 4),
    epoch: packed.readUInt32BE(4),
    mac: packed.subarray(8, 40),
    link: packed.subarray(40),
  }
}

/** Where a chain was at a moment: enough to tell later that what came before it is still the same. */
export interface Head {
  id: number
  chain: string
  mac: Buffer
}

/** One word without a run of 64 hex digits: those are left out of the log. */
export const headText = ({ id, chain, mac }: Head): string =>
  `ofh1.${id}.${chain}.${mac.toString('base64url')}`

const HEAD = /\bofh1\.(\d{1,15})\.([0-9a-f]{8})\.([\w-]{43})(?![\w-])/g

/** All heads in a text, such as a file of them or lines of a journal. */
export const headsIn = (text: string): Head[] =>
  [...text.matchAll(HEAD)].map(([, id, chain = '', mac = '']) => ({
    id: Number(id),
    chain,
    mac: Buffer.from(mac, 'base64url'),
  }))
