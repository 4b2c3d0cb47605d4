import type { Digest } from '../../digest.ts'

/**
 * Copies of contents in further stores, and the queue of what is to be copied, read back and removed
 * there. Rows come by themselves: whatever becomes live and is pointed to is queued for every store
 * that `enrol` named, in the same transaction.
 */
export interface Copies {
  /** Makes `providers` the stores that every content goes to from now on. */
  enrol(providers: readonly string[]): Promise<void>
  /**
   * Queues contents that `provider` knows nothing of, by blob id after `afterId`, up to `limit` rows
   * looked at. @returns the last id looked at, undefined after the end
   */
  queueMissing(
    provider: string,
    page: { afterId: number; limit: number },
    now: number,
  ): Promise<number | undefined>
  /**
   * Leases what has been due longest at `provider`: a copy to be made, or one to be read back.
   * Counts the attempt before returning; a lease that ran out is given to another.
   */
  take(provider: string, leaseMs: number, now: number): Promise<CopyJob | undefined>
  /** Extends the lease. False when it was lost: stop working. */
  extend(job: CopyJob, leaseMs: number, now: number): Promise<boolean>
  /** The copy was read back and is the content. False when the lease was lost: nothing is written. */
  verified(job: CopyJob, seen: Verified, now: number): Promise<boolean>
  /** There is no good copy: one is made at `runAt`, or not before somebody asks. */
  failed(job: CopyJob, failure: CopyFailure, now: number): Promise<boolean>
  /** The copy could not be seen: it is looked at again at `runAt`. */
  postponed(job: CopyJob, failure: Required<CopyFailure>, now: number): Promise<boolean>

  /** Makes failed and postponed copies due at once, those of one store or all; returns how many. */
  retry(provider: string | undefined, now: number): Promise<number>
  /** Makes the next look at every copy due at once; returns how many. */
  recheck(provider: string | undefined, now: number): Promise<number>

  /** Keys to be removed at `provider` by now. */
  removals(provider: string, limit: number, now: number): Promise<string[]>
  forgetRemovals(provider: string, keys: readonly string[]): Promise<void>
  /** Has a key removed at `runAt`, in whatever way what uses it ends; a later call moves it. */
  removeAt(provider: string, key: string, runAt: number): Promise<void>

  /** Copies of a content that were good when last seen, by digest; the newest look first. */
  of(digest: Digest): Promise<{ provider: string; key: string }[]>
  /** Says that a copy is not what it was: it is made again. */
  distrust(provider: string, key: string, now: number): Promise<void>
  /** Digests of damaged contents that have a copy, few at a time. */
  restorable(limit: number): Promise<Digest[]>
  /** How many contents are damaged, with a copy or without. */
  damaged(): Promise<number>
  /**
   * Copies of versions' contents as their own pages tell of them, by version: only what was seen after
   * the version was made and is findable, so that they say nothing of who had the content before.
   */
  shown(versionIds: readonly string[]): Promise<Map<string, ShownCopy[]>>
  /** Figures by store, for administrators. */
  figures(): Promise<CopyFigures[]>
}

export interface CopyJob {
  blobId: number
  provider: string
  /** Where the copy is, or is to be, in the store. */
  key: string
  state: 'waiting' | 'stored'
  attempts: number
  digest: Digest
  /** Where the content lies here. */
  path: string
  sizeBytes: number
}

export interface Verified {
  /** As the store tells it; undefined when nothing was sent. */
  sent?: { checksum: string; tookMs: number }
  nextLookAt: number
}

export interface CopyFailure {
  error: string
  /** Undefined for one that time does not mend. */
  runAt?: number
}

export interface ShownCopy {
  provider: string
  state: 'waiting' | 'stored' | 'failed'
  /** With `stored` only. */
  key?: string
  checksum?: string
  verifiedAt?: number
}

export interface CopyFigures {
  provider: string
  waiting: number
  stored: number
  failed: number
  storedBytes: number
  waitingBytes: number
  /** When a copy was last found good; undefined when none ever was. */
  lastVerifiedAt?: number
  /** The longest that a stored copy has not been looked at. */
  oldestVerifiedAt?: number
  /** The newest failure that is still one. */
  lastError?: string
}
