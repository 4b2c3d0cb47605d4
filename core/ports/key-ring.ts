/** A key of the audit at an hour of its chain. */
export interface EpochKey {
  /** Name of the chain: eight hex digits that tell of its first key. */
  chain: string
  /** How often the key has moved on since the chain began. */
  epoch: number
  key: Buffer
}

/**
 * The key that audit entries are sealed with. It moves on every hour, to a hash of itself, and the one
 * before is erased: whoever gets at the box now can write what he likes from now on, but not change
 * what was before.
 *
 * Processes share it. One that is behind gets to where the others are by itself, as every key follows
 * from each before it.
 */
export interface KeyRing {
  /**
   * The key for what comes after `last`, never an older one than that. Answers at once: it is asked
   * in the middle of a transaction.
   */
  keyFor(last: { chain: string; epoch: number } | undefined): EpochKey
  /**
   * Moves on when the hour is over, however the clock was set meanwhile; durable on return, and the
   * old key overwritten. @throws Error of the file system; the old key stays in use then
   */
  advance(): boolean
  /** First key of the chain, while it still lies here: whoever verifies needs it. */
  firstKey(): Buffer | undefined
  /** Removes the first key from the box for good. */
  forgetFirst(): void
  /** Begins a new chain with a first key of its own. Entries before it need the first key of theirs. */
  renew(): void
}
