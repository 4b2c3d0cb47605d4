/**
 * A further store to which contents are copied: another folder, or a bucket. What it says of its own
 * checksums is never believed; what comes back is hashed again.
 */
export interface Provider {
  /** As the configuration names it; part of rows and of what people are shown. */
  readonly name: string
  readonly kind: 'folder' | 's3'
  /**
   * Durably stores all of `source` under `key`, replacing what was there.
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
  /** An address at which a client may `PUT` exactly `sizeBytes`; undefined where there are none. */
  presignPut?(key: string, sizeBytes: number, ttlMs: number): Promise<string>
  /** Passes when it can be written and read. @throws AppError `unavailable` */
  check(): Promise<void>
  close(): Promise<void>
}
