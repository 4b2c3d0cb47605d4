/**
 * A store that may forget anything at any time and is never the truth: counters of rate limits, and
 * what can be computed again from the catalog. Values are small; nothing in it names a file, a person
 * or a content by its digest.
 */
export interface Kv {
  /** The value, or undefined when it was never there, has ended or was forgotten. */
  get(key: string): Promise<string | undefined>
  /** @param ttlMs how long it is kept at most */
  put(key: string, value: string, ttlMs: number): Promise<void>
  /** Removing an absent one is not an error. */
  remove(key: string): Promise<void>
  /**
   * Takes `points` out of the bucket of `key`, all or none; atomic, whoever else takes. A bucket that
   * nobody knows is full. What is more than a bucket holds counts as all that it holds.
   *
   * @returns 0, or the milliseconds to wait until as many are there again; nothing was taken then
   */
  take(key: string, points: number, bucket: KvBucket): Promise<number>
  /** Passes when it answers. @throws AppError `unavailable`, as all of these */
  check(): Promise<void>
  close(): Promise<void>
}

/** Holds `points`, and fills evenly from empty to full in `fillMs`. */
export interface KvBucket {
  points: number
  fillMs: number
}
