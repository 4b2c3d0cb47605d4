import { Diary } from './diary.ts'
import { isActive, type UploadItem, type UploadState } from './item.ts'
import type { QueueMemory } from './memory.ts'
import { batchedNotifier } from './notifier.ts'
import { count, newTally, type Tally } from './tally.ts'

/** How often the browser's memory is written, in milliseconds. */
const DIARY_MS = 500

/** The queue's items and the one way to change them: counts, listeners and memory stay right. */
export class Ledger {
  readonly #items = new Map<string, UploadItem>()
  readonly #tally = newTally()
  readonly #revisions = new WeakMap<UploadItem, number>()
  readonly #notifier: ReturnType<typeof batchedNotifier>
  readonly #diary: Diary
  readonly #onMove: (item: UploadItem) => void
  #list: { version: number; size: number; items: readonly UploadItem[] } | undefined

  constructor(options: {
    memory: QueueMemory
    notifyMs: number
    onForgetful: (error: unknown) => void
    /** Told of every item that is new here or came to another state. */
    onMove?: ((item: UploadItem) => void) | undefined
  }) {
    this.#onMove = options.onMove ?? (() => {})
    this.#notifier = batchedNotifier(options.notifyMs)
    this.#diary = new Diary(options.memory, DIARY_MS, options.onForgetful)
  }

  get tally(): Tally {
    return this.#tally
  }

  /** In the order added; the same array until something changes. */
  get items(): readonly UploadItem[] {
    const version = this.version()
    const size = this.#items.size
    if (this.#list?.version !== version || this.#list.size !== size) {
      this.#list = { version, size, items: [...this.#items.values()] }
    }
    return this.#list.items
  }

  /** Every item as it is now, safe to change or drop while walking. */
  now(): UploadItem[] {
    return [...this.#items.values()]
  }

  get(id: string): UploadItem | undefined {
    return this.#items.get(id)
  }

  /** Grows with every change of the item. */
  revisionOf(item: UploadItem): number {
    return this.#revisions.get(item) ?? 0
  }

  subscribe(listener: () => void): () => void {
    return this.#notifier.subscribe(listener)
  }

  version(): number {
    return this.#notifier.version()
  }

  /** Tells listeners, for changes outside of items. */
  touched(): void {
    this.#notifier.changed()
  }

  /** @param isNew false for what comes from the browser's memory */
  keep(item: UploadItem, isNew: boolean): void {
    this.#items.set(item.id, item)
    count(this.#tally, item, 1)
    if (isNew) {
      this.#diary.added(item)
      this.#onMove(item)
    }
    this.#notifier.changed()
  }

  change(item: UploadItem, change: (item: UploadItem) => void): void {
    if (!this.#items.has(item.id)) return
    const before = item.state
    count(this.#tally, item, -1)
    change(item)
    this.#revisions.set(item, this.revisionOf(item) + 1)
    count(this.#tally, item, 1)
    if (item.state !== before) {
      if (isWorthKeeping(item.state)) this.#diary.changed(item)
      this.#onMove(item)
    }
    this.#notifier.changed()
  }

  drop(item: UploadItem): void {
    if (!this.#items.delete(item.id)) return
    count(this.#tally, item, -1)
    this.#diary.gone(item)
    this.#notifier.changed()
  }

  /** Resolves when closing the page would not lose the item any more. */
  kept(item: UploadItem): Promise<void> {
    return this.#diary.kept(item)
  }

  /** Resolves when the browser's memory has what is pending now. */
  catchUp(): Promise<void> {
    return this.#diary.catchUp()
  }

  /** Hands what is pending to the browser's memory: the page may be closed next. */
  flush(): void {
    this.#diary.flush()
  }

  /** Writes what is pending, then forgets every item here, not in the browser's memory. */
  async close(): Promise<void> {
    await this.#diary.close()
    this.#items.clear()
    Object.assign(this.#tally, newTally())
    this.#notifier.changed()
  }
}

/** Passing states are not written: after a reload they mean "unfinished" all the same. */
const isWorthKeeping = (state: UploadState) => state === 'waiting' || !isActive(state)
