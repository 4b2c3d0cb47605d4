import { breathe } from './breathe.ts'
import type { Hasher } from './hasher.ts'
import {
  type Destination,
  isActive,
  newItem,
  type OnConflict,
  type PickedFile,
  randomId,
  type UploadItem,
} from './item.ts'
import { Lanes, type PauseReason } from './lanes.ts'
import { Ledger } from './ledger.ts'
import type { QueueMemory, Recollection } from './memory.ts'
import { takeBack } from './take-back.ts'
import type { Tally } from './tally.ts'
import { PATIENCE, type Patience } from './verdict.ts'
import type { Wire } from './wire.ts'

/** Longest work without giving the page a turn. */
const BREATH_MS = 12
/** The page draws the queue anew this often at most. */
const NOTIFY_MS = 250
/** Files looked up in the browser's memory at once. */
const MOST_AT_ONCE = 100

export interface QueueTools {
  wire: Wire
  hasher: Hasher
  memory: QueueMemory
  patience?: Patience
  now?: () => number
  /** At most one notification per this long, in milliseconds. */
  notifyMs?: number
  /** Told once when the browser will not remember the queue. */
  onForgetful?: (error: unknown) => void
  /** Told of every file that is new or came to another state. */
  onMove?: (item: UploadItem) => void
}

/** What a person answers when a name is taken. */
export type ConflictAnswer = 'version' | 'keep_both' | 'skip'

/**
 * The upload queue: files wait, are fingerprinted, sent three at a time and stored. Knows nothing of
 * any rendering library; lives as long as the page, whatever screen is shown.
 */
export class UploadQueue {
  readonly #memory: QueueMemory
  readonly #now: () => number
  readonly #onForgetful: (error: unknown) => void
  readonly #ledger: Ledger
  readonly #lanes: Lanes
  readonly #takeBack: (docId: string) => void
  readonly #answers = new Map<string, ConflictAnswer>()
  #restored: Promise<void> | undefined
  #closed = false

  constructor(tools: QueueTools) {
    this.#memory = tools.memory
    this.#now = tools.now ?? Date.now
    this.#onForgetful = once(tools.onForgetful ?? (() => {}))
    this.#takeBack = takeBack(tools.wire)
    this.#ledger = new Ledger({
      memory: tools.memory,
      notifyMs: tools.notifyMs ?? NOTIFY_MS,
      onForgetful: this.#onForgetful,
      onMove: tools.onMove,
    })
    this.#lanes = new Lanes({
      ledger: this.#ledger,
      wire: tools.wire,
      hasher: tools.hasher,
      patience: tools.patience ?? PATIENCE,
      now: this.#now,
      onAsking: (item) => this.#answerAsBefore(item),
    })
  }

  subscribe = (listener: () => void) => this.#ledger.subscribe(listener)
  /** Changes when, and only when, listeners are told. */
  version = () => this.#ledger.version()

  get tally(): Tally {
    return this.#ledger.tally
  }

  get paused(): PauseReason | undefined {
    return this.#lanes.paused
  }

  /** Bytes per second at the moment. */
  get bytesPerSecond(): number {
    return this.#lanes.progress.bytesPerSecond
  }

  /** Milliseconds until all that is under way is stored; undefined while that cannot be said. */
  get msLeft(): number | undefined {
    return this.#lanes.progress.msLeft(this.tally)
  }

  /** Whether closing the tab now would lose work under way. */
  get busy(): boolean {
    const { fingerprinting, uploading, storing, waiting } = this.tally.counts
    return fingerprinting + uploading + storing > 0 || (waiting > 0 && !this.paused)
  }

  /** Every item, in the order added; the same array until something changes. */
  get items(): readonly UploadItem[] {
    return this.#ledger.items
  }

  /** Grows with every change of an item, so that its line is drawn anew then and not otherwise. */
  revisionOf(item: UploadItem): number {
    return this.#ledger.revisionOf(item)
  }

  item(id: string): UploadItem | undefined {
    return this.#ledger.get(id)
  }

  /**
   * Brings back what the browser remembers. Unfinished files rest until they are chosen again: no
   * browser hands a file out twice by itself.
   *
   * @param before what has to be over first
   */
  restore(before?: Promise<void>): Promise<void> {
    this.#restored = this.#restore(before)
    return this.#restored
  }

  async #restore(before?: Promise<void>): Promise<void> {
    await before
    const remembered = await this.#memory.load().catch((error: unknown) => {
      this.#onForgetful(error)
      return []
    })
    for (const item of remembered) {
      if (this.#closed || this.#ledger.get(item.id)) continue
      if (item.state !== 'stored' && item.state !== 'failed') {
        item.state = 'paused'
        item.problem = { code: 'file_needed', message: '' }
      }
      item.doneBytes = 0
      forgetBytes(item)
      this.#ledger.keep(item, false)
    }
  }

  /**
   * Takes files in; a file that a remembered item waits for continues that item. Asking a file for
   * its size may go to the disk, so thousands are taken in with breaths between: the page stays
   * alive, and the first files are under way while the last are still counted.
   */
  async add(
    files: readonly PickedFile[],
    destination: Destination,
    onConflict: OnConflict = 'ask',
  ): Promise<void> {
    // What is not known yet could not be gone on with.
    await this.#restored
    await this.#ledger.catchUp()
    const known = new Map(this.#ledger.now().map((item) => [sameFile(item), item]))
    const to = { destination, onConflict, batch: randomId(), now: this.#now() }
    const rests = new Set([...known.values()].filter(isOrphan).map((item) => pathOf(item)))
    const { folder } = destination
    const continues = files.some((each) =>
      rests.has([folder, each.folder, each.file.name].filter(Boolean).join('/')),
    )
    let breath = performance.now() + BREATH_MS
    let taken: UploadItem[] = []
    const takeAll = async () => {
      await this.#takeAll(taken, known, continues)
      taken = []
    }
    for (const picked of files) {
      taken.push(newItem(picked, to))
      if (performance.now() < breath && taken.length < MOST_AT_ONCE) continue
      await takeAll()
      await breathe()
      breath = performance.now() + BREATH_MS
    }
    await takeAll()
    this.#lanes.confirm()
  }

  async #takeAll(
    items: readonly UploadItem[],
    known: ReadonlyMap<string, UploadItem>,
    continues: boolean,
  ): Promise<void> {
    const notes = await this.#memory.recall(items).catch((error: unknown) => {
      this.#onForgetful(error)
      return []
    })
    if (this.#closed) return
    items.forEach((item, index) => {
      const before = known.get(sameFile(item))
      if (before && isOrphan(before)) this.#goOn(before, item)
      else if (!continues || before?.state !== 'stored') this.#take(item, notes[index])
      // Else somebody chose a whole folder again to go on with its rest: this one is done.
    })
    this.#lanes.pump()
  }

  #goOn(before: UploadItem, { file }: UploadItem): void {
    if (file) before.file = file
    this.#lanes.again(before)
  }

  #take(item: UploadItem, note: Recollection | undefined): void {
    if (note) item.digest = note.digest
    if (note?.documentId !== undefined) item.knownAs = note.documentId
    this.#ledger.keep(item, true)
    this.#lanes.add(item)
  }

  pauseAll(reason: PauseReason = 'person'): void {
    this.#lanes.pauseAll(reason)
  }

  resumeAll(): void {
    this.#lanes.resumeAll()
  }

  pause(item: UploadItem): void {
    if (isActive(item.state) && item.state !== 'storing') this.#lanes.stop(item, 'paused')
  }

  resume(item: UploadItem): void {
    if (item.state === 'paused' && item.file) this.#lanes.again(item)
  }

  retry(item: UploadItem): void {
    if (item.state === 'failed' && item.file) this.#lanes.again(item)
  }

  retryFailed(): void {
    for (const item of this.#ledger.now()) this.retry(item)
  }

  /** Gives an item up and takes it out of the list; the server lets go of what it has of it. */
  cancel(item: UploadItem): void {
    this.#ledger.drop(item)
    this.#lanes.stop(item, 'paused')
    if (item.state !== 'stored' && item.docId !== undefined) this.#takeBack(item.docId)
    this.#lanes.pump()
  }

  /** Gives up whatever is not stored yet. */
  cancelAll(): void {
    for (const item of this.#ledger.now()) if (item.state !== 'stored') this.cancel(item)
  }

  removeFinished(): void {
    for (const item of this.#ledger.now()) if (item.state === 'stored') this.#ledger.drop(item)
  }

  /** Answers a taken name; `forBatch` answers for everything that was added with it. */
  answer(item: UploadItem, answer: ConflictAnswer, forBatch: boolean): void {
    if (forBatch) this.#answers.set(item.batch, answer)
    const asked = forBatch ? this.#ledger.now().filter((each) => each.batch === item.batch) : [item]
    for (const each of asked) this.#applyAnswer(each, answer)
  }

  /** Has the browser remember the queue as it is now: the page may be closed next. */
  flush(): void {
    this.#ledger.flush()
  }

  /** Stops everything and forgets it here, not in the browser's memory. */
  async close(): Promise<void> {
    this.#closed = true
    this.#lanes.close()
    await this.#ledger.close()
  }

  /** Stops everything and forgets it, in the browser's memory too: somebody signs out. */
  async clear(): Promise<void> {
    await this.close()
    await this.#memory.clear()
  }

  #answerAsBefore(item: UploadItem): void {
    const answer = this.#answers.get(item.batch)
    if (answer) this.#applyAnswer(item, answer)
  }

  #applyAnswer(item: UploadItem, answer: ConflictAnswer): void {
    if (item.state !== 'asking') return
    if (answer === 'skip') {
      this.cancel(item)
      return
    }
    item.onConflict = answer
    // Another order than before, so another name for it.
    item.idempotencyKey = randomId()
    this.#lanes.again(item)
  }
}

function once(tell: (error: unknown) => void): (error: unknown) => void {
  let told = false
  return (error) => {
    if (!told) tell(error)
    told = true
  }
}

/** The next file of that name has to show that it is this one. */
function forgetBytes(item: UploadItem): void {
  if (item.state === 'stored' || item.digest === undefined) return
  item.priorDigest = item.digest
  delete item.digest
}

/** Came out of the browser's memory without its bytes. */
const isOrphan = (item: UploadItem) => !item.file && item.state !== 'stored'

const pathOf = (item: UploadItem) => [item.folder, item.name].filter(Boolean).join('/')

const sameFile = (item: UploadItem) =>
  [item.destination.chapterId, item.folder, item.name, item.sizeBytes, item.lastModified].join('\n')
