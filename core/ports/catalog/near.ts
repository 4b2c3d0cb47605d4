import type { Visible } from '../../access/access.ts'
import type { Digest } from '../../digest.ts'

/** By what contents are near each other. */
export type NearKind = 'text' | 'picture'

/** What a content is recognised by; its bytes mean what `core/near` makes of them. */
export interface Signature {
  digest: Digest
  kind: NearKind
  bytes: Uint8Array
}

/** Signatures of contents, found by the bands that they have in common. */
export interface Near {
  /** Replaces what was known of the content, by nothing when nothing is given. */
  put(
    digest: Digest,
    signature?: Omit<Signature, 'digest'> & { bands: readonly number[] },
  ): Promise<void>
  of(digest: Digest): Promise<Signature | undefined>
  /**
   * Other contents with one of these bands that the caller sees: through a current, untrashed, linked
   * document, of which `near` has been told. Those with most bands in common first, at most `limit` of them. A *pre*-filter: the
   * exact check of `Passages.pointers` must follow.
   */
  sharing(
    digest: Digest,
    bands: readonly number[],
    visible: Visible,
    limit: number,
  ): Promise<Signature[]>
}
