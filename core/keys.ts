import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import type { Digest } from './digest.ts'
import { type Signer, signerFrom } from './models/signature.ts'

/** A content's name outside the blob store: a stolen list of tags tells of no known file. */
export type Tag = string & { readonly brand: 'Tag' }

/**
 * What the box computes with its master key: each purpose has a key of its own (HKDF-SHA256), so that
 * what one lets out says nothing of another.
 */
export interface Keys {
  /** HMAC-SHA256 of a digest, 64 hex characters: the one key of a content in every index and cache. */
  tag(digest: Digest): Tag
  /** How many others must hold a content, at least, before it may be claimed by proof: 3 to 10. */
  threshold(tag: Tag): number
  /** Stands for a person in a record about `tag`; the same person looks different in every record. */
  holder(tag: Tag, userId: string): string
  /** Name of a counter about a person, a credential or an address, from which none can be told. */
  counter(of: string): string
  /** Stands for a short secret of `of`: a copy of the catalog without the key finds none by trying. */
  short(secret: string, of: string): string
  /** Encrypts what has to be read again, for `of` alone (AES-256-GCM). Another text each time. */
  seal(text: string, of: string): string
  /** What `seal` was given. @throws Error when it was changed, or is of somebody else or another box */
  unseal(sealed: string, of: string): string
  /** Signs the files with models that this box exports. */
  readonly signer: Signer
}

/** @param master at least 32 random bytes, kept as long as the box */
export function keysFrom(master: Uint8Array): Keys {
  const seed = (name: string) =>
    Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), `onefold/${name}/v1`, 32))
  const key = (name: string) => createSecretKey(seed(name))
  const mac = (of: KeyObject, ...parts: (string | Uint8Array)[]) => {
    const hmac = createHmac('sha256', of)
    for (const part of parts) hmac.update(part)
    return hmac.digest()
  }
  const [index, threshold, holder] = [key('idx'), key('thr'), key('holder')]
  const [counter, short, seal] = [key('counter'), key('short'), key('seal')]
  return {
    tag: (digest) => mac(index, 'ofp1|blob|', Buffer.from(digest, 'hex')).toString('hex') as Tag,
    threshold: (tag) => 3 + ((mac(threshold, tag)[0] ?? 0) % 8),
    holder: (tag, userId) => mac(holder, `${tag}|${userId}`).toString('hex').slice(0, 32),
    counter: (of) => mac(counter, of).toString('hex').slice(0, 32),
    short: (secret, of) => mac(short, JSON.stringify([of, secret])).toString('hex'),
    seal: (text, of) => sealed(seal, text, of),
    unseal: (text, of) => unsealed(seal, text, of),
    signer: signerFrom(seed('models')),
  }
}

/** Lengths that NIST SP 800-38D recommends, in bytes. */
const [NONCE, SUM] = [12, 16]

function sealed(key: KeyObject, text: string, of: string): string {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(of))
  const hidden = [cipher.update(text, 'utf8'), cipher.final()]
  return Buffer.concat([nonce, ...hidden, cipher.getAuthTag()]).toString('base64url')
}

function unsealed(key: KeyObject, text: string, of: string): string {
  const bytes = Buffer.from(text, 'base64url')
  const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), {
    authTagLength: SUM,
  })
  cipher.setAAD(Buffer.from(of)).setAuthTag(bytes.subarray(-SUM))
  return Buffer.concat([cipher.update(bytes.subarray(NONCE, -SUM)), cipher.final()]).toString(
    'utf8',
  )
}
