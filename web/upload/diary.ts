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

  /** Writes what is pending now. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const changed = [...this.#changed]
    const gone = [...this.#gone]
    this.#changed.clear()
    this.#gone.clear()
    if (this.#refused) return
    try {
      if (changed.length > 0) await this.#memory.save(changed)
      if (gone.length > 0) await this.#memory.forget(gone)
    } catch (error) {
      this.#refused = true
      this.#onRefused(error)
    }
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => void this.flush(), this.#intervalMs)
  }
}
