import type { UploadItem } from './item.ts'
import type { QueueMemory } from './memory.ts'

/** How many items a transaction takes: copying them is the page's own time, a frame at most. */
const MOST_AT_ONCE = 100

/**
 * Writes the queue's changes into its memory, gathered: 10,000 small files are a few dozen
 * transactions, not 30,000. What is new is written at once, and work on it may wait for that. What
 * the browser refuses to keep (private windows, a full disk) is reported and costs nothing but the
 * memory.
 */
export class Diary {
  readonly #memory: QueueMemory
  readonly #intervalMs: number
  readonly #onRefused: (error: unknown) => void
  readonly #changed = new Set<UploadItem>()
  readonly #gone = new Set<string>()
  /** Never written so far. */
  readonly #fresh = new Set<UploadItem>()
  #writing: Promise<void> | undefined
  #timer: { id: ReturnType<typeof setTimeout>; delayMs: number } | undefined
  #refused = false

  constructor(memory: QueueMemory, intervalMs: number, onRefused: (error: unknown) => void) {
    this.#memory = memory
    this.#intervalMs = intervalMs
    this.#onRefused = onRefused
  }

  added(item: UploadItem): void {
    this.#fresh.add(item)
    this.#changed.add(item)
    this.#within(0)
  }

  changed(item: UploadItem): void {
    this.#changed.add(item)
    this.#within(this.#intervalMs)
  }

  gone(item: UploadItem): void {
    this.#fresh.delete(item)
    // What there is to know of a stored file outlives its line.
    if (item.state !== 'stored') this.#changed.delete(item)
    this.#gone.add(item.id)
    this.#within(this.#intervalMs)
  }

  /** Resolves when the memory has the item, or will never have it. */
  async kept(item: UploadItem): Promise<void> {
    while (this.#fresh.has(item) && !this.#refused) await this.#write(MOST_AT_ONCE)
  }

  /** Hands over all that is pending, in this very turn: the page may have no other. */
  flush(): void {
    this.#stopTimer()
    void this.#hand(Number.POSITIVE_INFINITY)
  }

  /** Writes what is pending now; not what comes meanwhile. */
  async catchUp(): Promise<void> {
    const rounds = Math.ceil(this.#changed.size / MOST_AT_ONCE) + (this.#writing ? 1 : 0)
    for (let round = 0; round < rounds; round++) await this.#write(MOST_AT_ONCE)
  }

  /** Writes all that is pending. */
  async close(): Promise<void> {
    this.#stopTimer()
    while (this.#changed.size + this.#gone.size > 0 || this.#writing) {
      await this.#write(Number.POSITIVE_INFINITY)
    }
  }

  /** One writing after the other; whoever comes while one runs waits for that one. */
  #write(most: number): Promise<void> {
    this.#writing ??= this.#hand(most).finally(() => {
      this.#writing = undefined
    })
    return this.#writing
  }

  async #hand(most: number): Promise<void> {
    const changed = takeSome(this.#changed, most)
    // Whoever is gone may still be among the changed.
    const gone = this.#changed.size === 0 ? takeSome(this.#gone, most) : []
    try {
      if (this.#refused) return
      const saved = changed.length > 0 && this.#memory.save(changed)
      const forgotten = gone.length > 0 && this.#memory.forget(gone)
      await Promise.all([saved, forgotten])
    } catch (error) {
      this.#refused = true
      this.#onRefused(error)
    } finally {
      for (const item of changed) this.#fresh.delete(item)
    }
  }

  #within(delayMs: number): void {
    if (this.#timer && this.#timer.delayMs <= delayMs) return
    this.#stopTimer()
    const due = () => {
      this.#timer = undefined
      void this.#write(MOST_AT_ONCE).then(() => {
        if (this.#changed.size + this.#gone.size > 0) this.#within(0)
      })
    }
    this.#timer = { id: setTimeout(due, delayMs), delayMs }
  }

  #stopTimer(): void {
    clearTimeout(this.#timer?.id)
    this.#timer = undefined
  }
}

function takeSome<T>(from: Set<T>, most: number): T[] {
  const some: T[] = []
  for (const each of from) {
    if (some.length >= most) break
    some.push(each)
    from.delete(each)
  }
  return some
}
