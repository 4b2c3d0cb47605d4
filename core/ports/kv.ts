/**
 * A store that may forget anything at any time and is never the truth: counters of rate limits, and
 * what can be computed again from the catalog. Values are small; nothing in it names a file, a person
 * or a content by its digest.
 */
export interface Kv {
  /** The value, or undefined when it was never there, has ended or was forgotten. */
  get(key: string): Promise<string | undefined>
  /** Values in the order of `keys`. */
  getMany(keys: readonly string[]): Promise<(string | undefined)[]>
  /** @param ttlMs how long it is kept at most */
  put(key: string, value: string, ttlMs: number): Promise<void>
  remove(key: string): Promise<void>
  /**
   * Takes `points` of the `limit.points` that `key` has in a window of `limit.windowMs`, which begins
   * with its first taking. @returns milliseconds to wait when they are used up, else 0
   */
  take(key: string, points: number, limit: KvLimit): Promise<number>
  /** Passes when it answers. @throws AppError `unavailable` */
  check(): Promise<void>
  close(): Promise<void>
}

export interface KvLimit {
  points: number
  windowMs: number
}
