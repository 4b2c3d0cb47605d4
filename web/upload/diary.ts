import type { UploadItem } from './item.ts'
import type { QueueMemory } from './memory.ts'

/**
 * Writes the queue's changes into its memory, gathered: 10,000 small files are a few dozen
 * transactions, not 30,000. What the browser refuses to keep (private windows, a full disk) is
 * reported once and costs nothing but the memory.
 */
export class Diary {
  readonly #memory: QueueMemory
  readonly #intervalMs: number
  readonly #onRefused: (error: unknown) => void
  readonly #changed = new Set<UploadItem>()
  readonly #gone = new Set<string>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #refused = false

  constructor(memory: QueueMemory, intervalMs: number, onRefused: (error: unknown) => void) {
    this.#memory = memory
    this.#intervalMs = intervalMs
    this.#onRefused = onRefused
  }

  changed(item: UploadItem): void {
    this.#changed.add(item)
    this.#soon()
  }

  gone(item: UploadItem): void {
    this.#changed.delete(item)
    this.#gone.add(item.id)
    this.#soon()
  }

  /** Writes what is pending, a part of it when that is much: copying items takes the page's time. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const changed = takeSome(this.#changed)
    const gone = takeSome(this.#gone)
    if (this.#refused) return
    try {
      if (changed.length > 0) await this.#memory.save(changed)
      if (gone.length > 0) await this.#memory.forget(gone)
    } catch (error) {
      this.#refused = true
      this.#onRefused(error)
    }
    if (this.#changed.size + this.#gone.size > 0) this.#soon()
  }

  /** Writes all that is pending. */
  async close(): Promise<void> {
    while (this.#changed.size + this.#gone.size > 0) await this.flush()
    clearTimeout(this.#timer)
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => void this.flush(), this.#intervalMs)
  }
}

const MOST_AT_ONCE = 1000

function takeSome<T>(from: Set<T>): T[] {
  const some = [...from].slice(0, MOST_AT_ONCE)
  for (const each of some) from.delete(each)
  return some
}
