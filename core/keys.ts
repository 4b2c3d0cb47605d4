import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
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
  const counter = key('counter')
  return {
    tag: (digest) => mac(index, 'ofp1|blob|', Buffer.from(digest, 'hex')).toString('hex') as Tag,
    threshold: (tag) => 3 + ((mac(threshold, tag)[0] ?? 0) % 8),
    holder: (tag, userId) => mac(holder, `${tag}|${userId}`).toString('hex').slice(0, 32),
    counter: (of) => mac(counter, of).toString('hex').slice(0, 32),
    signer: signerFrom(seed('models')),
  }
}
