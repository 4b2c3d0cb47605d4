/**
 * A further store to which contents are copied: another folder, or a bucket. What it says of its own
 * checksums is never believed; what comes back is hashed again.
 */
export interface Provider {
  /** As the configuration names it; part of rows and of what people are shown. */
  readonly name: string
  readonly kind: 'folder' | 's3'
  /**
   * Durably stores all of `source` under `key`, replacing what was there; whole or not at all. Keys
   * are a folder and a name, of letters, digits, `-`, `_` and `.`. What `source` throws is passed on.
   *
   * @returns the provider's own checksum, for the record; @throws AppError `unavailable`, `storage_full`
   */
  put(key: string, source: AsyncIterable<Uint8Array>, sizeBytes: number): Promise<string>
  /** @throws AppError `not_found` before the first byte, `unavailable` */
  read(key: string): AsyncIterable<Uint8Array>
  /** Size in bytes, or undefined when it is not there. */
  stat(key: string): Promise<number | undefined>
  /** Removing an absent one is not an error. */
  remove(key: string): Promise<void>
  /**
   * Where clients may send bytes to the store themselves; undefined where they may not, and for what
   * is too large to go in one piece.
   */
  readonly direct?: {
    /** Scheme, host and port of the addresses. */
    origin: string
    maxBytes: number
    /** An address at which a client may `PUT` exactly `sizeBytes` until `ttlMs` have passed. */
    presignPut(key: string, sizeBytes: number, ttlMs: number): Promise<string>
  }
  /** Passes when it answers and lets us in. @throws AppError `unavailable` */
  check(): Promise<void>
  close(): Promise<void>
}
