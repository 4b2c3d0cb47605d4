import { isSmall } from './item.ts'
import { Pace } from './pace.ts'
import { Rate } from './rate.ts'
import type { Tally } from './tally.ts'

/** What an item is at, as far as its pace is measured. */
type Work = 'hash' | 'send'

/**
 * Measures how fast work goes, and says how long the rest of it takes. Large files cost by their
 * bytes, small ones by their number: bytes per second of a thousand notes say nothing of a video.
 */
export class Progress {
  readonly #rate = new Rate()
  readonly #hashing = new Pace()
  readonly #sending = new Pace()
  readonly #small = new Pace()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Bytes sent per second at the moment. */
  get bytesPerSecond(): number {
    return this.#rate.perSecond(this.#now())
  }

  begin(work: Work, sizeBytes: number): void {
    this.#paceOf(work, sizeBytes)?.begin(this.#now())
  }

  end(work: Work, sizeBytes: number): void {
    this.#paceOf(work, sizeBytes)?.end(this.#now())
  }

  /** Bytes of a file that were read or sent since the last call. */
  passed(work: Work, sizeBytes: number, bytes: number): void {
    if (work === 'send') this.#rate.add(bytes, this.#now())
    if (!isSmall(sizeBytes)) this.#paceOf(work, sizeBytes)?.add(bytes, this.#now())
  }

  stored(sizeBytes: number): void {
    if (isSmall(sizeBytes)) this.#small.add(1, this.#now())
  }

  /** Milliseconds until all that is under way is stored; undefined while that cannot be said. */
  msLeft({ left }: Pick<Tally, 'left'>): number | undefined {
    const now = this.#now()
    const hash = this.#hashing.msFor(left.hashBytes, now)
    const send = this.#sending.msFor(left.sendBytes, now)
    const small = this.#small.msFor(left.smallFiles, now)
    if (hash === undefined || send === undefined || small === undefined) return undefined
    // One file is read while another is sent; a single one is read first.
    const overlap = Math.min(hash, send) / Math.max(1, left.largeFiles)
    return Math.max(hash, send) + overlap + small
  }

  /** Reading a small file is part of what it costs as a whole. */
  #paceOf(work: Work, sizeBytes: number): Pace | undefined {
    if (isSmall(sizeBytes)) return work === 'send' ? this.#small : undefined
    return work === 'hash' ? this.#hashing : this.#sending
  }
}
