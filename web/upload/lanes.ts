import { UploadError } from './answers.ts'
import type { Hasher } from './hasher.ts'
import {
  isSmall,
  noTrouble,
  randomId,
  settleDigest,
  type UploadItem,
  type UploadProblem,
  type UploadState,
} from './item.ts'
import { KnownFiles } from './known-files.ts'
import type { Ledger } from './ledger.ts'
import { Line } from './line.ts'
import type { PartRun } from './part-run.ts'
import { Progress } from './progress.ts'
import { orderOf, Sender, type Try } from './sender.ts'
import { Together } from './together.ts'
import { isUnreadable } from './unreadable.ts'
import { type Call, judge, type Patience, type Verdict } from './verdict.ts'
import type { UploadTicket, Wire } from './wire.ts'

/** Bodies on the wire at once: with the live stream that leaves two of HTTP/1.1's six connections. */
const LANES = 3
/** Files fingerprinted at once, and how many may lie fingerprinted ahead of the lanes. */
const HASHERS = 2
const AHEAD = 8
const AHEAD_SMALL = 150
/** Small files asked for in one call: more would save little, and could be left unsent. */
const BATCH = 50

/** Why nothing moves: the person said so, or the session ended. */
export type PauseReason = 'person' | 'signed_out'

interface LaneTools {
  ledger: Ledger
  wire: Wire
  hasher: Hasher
  patience: Patience
  now: () => number
  /** A name is taken and nobody has said what to do. */
  onAsking: (item: UploadItem) => void
}

/** Moves items through fingerprint, request, bytes and completion, and back in line on trouble. */
export class Lanes {
  readonly progress: Progress
  readonly #tools: LaneTools
  readonly #sender: Sender
  readonly #known: KnownFiles
  readonly #toHash = new Line<UploadItem>()
  readonly #toSend = new Line<UploadItem>()
  readonly #asking = new Together<UploadItem>()
  readonly #tickets = new Map<UploadItem, UploadTicket>()
  readonly #running = new Map<UploadItem, AbortController>()
  readonly #timers = new Map<UploadItem, ReturnType<typeof setTimeout>>()
  readonly #closing = new AbortController()
  #hashing = 0
  #sending = 0
  #isPumping = false
  #holdUntil = 0
  #holdTimer: ReturnType<typeof setTimeout> | undefined
  #paused: PauseReason | undefined

  constructor(tools: LaneTools) {
    this.#tools = tools
    this.progress = new Progress(tools.now)
    this.#sender = new Sender({
      ...tools,
      onSent: (item, bytes, signal) => this.#passed(item, bytes, { work: 'send', signal }),
      onFound: (item, bytes, signal) => this.#passed(item, bytes, { work: 'found', signal }),
      onParts: () => this.pump(),
    })
    this.#known = new KnownFiles({
      ...tools,
      closing: this.#closing.signal,
      onChanged: (item) => {
        this.#toSend.add(item)
        this.pump()
      },
    })
  }

  get paused(): PauseReason | undefined {
    return this.#paused
  }

  /** Puts a new item at the end of its line; `pump` or `confirm` starts it. */
  add(item: UploadItem): void {
    if (item.knownAs === undefined) this.#lineOf(item).add(item)
    else this.#known.add(item)
  }

  /** Asks about the files that were stored once, together. */
  confirm(): void {
    this.#known.confirm()
  }

  /** Starts an item over, before those that have not had their turn yet. */
  again(item: UploadItem): void {
    this.#tools.ledger.change(item, (it) => {
      it.state = 'waiting'
      it.trouble = noTrouble()
      it.doneBytes = 0
      delete it.problem
      delete it.retryAt
    })
    this.#lineOf(item).addFirst(item)
    this.pump()
  }

  pauseAll(reason: PauseReason): void {
    this.#paused = reason
    for (const item of this.#running.keys()) {
      // Storing is the server's part and short; there is nothing to hold back any more.
      if (item.state === 'storing') continue
      this.stop(item, 'waiting')
      this.#lineOf(item).addFirst(item)
    }
    this.#tools.ledger.touched()
  }

  /** Stops everything for good. */
  close(): void {
    this.pauseAll('signed_out')
    this.#closing.abort()
    clearTimeout(this.#holdTimer)
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  resumeAll(): void {
    this.#paused = undefined
    this.#tools.ledger.touched()
    this.pump()
  }

  /** Takes an item out of all lines and aborts its work. */
  stop(item: UploadItem, state: Extract<UploadState, 'waiting' | 'paused'>): void {
    for (const line of [this.#toHash, this.#toSend, this.#asking, this.#known]) line.remove(item)
    this.#tickets.delete(item)
    clearTimeout(this.#timers.get(item))
    this.#timers.delete(item)
    const running = this.#running.get(item)
    this.#running.delete(item)
    this.#enter(item, state)
    running?.abort()
  }

  /** Starts what can be started, once for all that happens in this turn: hundreds may come back. */
  pump(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    queueMicrotask(() => {
      this.#isPumping = false
      this.#startMore()
    })
  }

  #startMore(): void {
    if (this.#paused) return
    while (this.#hashing < HASHERS && this.#mayHash()) {
      const item = this.#toHash.take()
      if (!item) break
      void this.#fingerprint(item)
    }
    if (this.#isHeld()) return
    if (this.#asking.size === 0) {
      const small = this.#toSend.first(BATCH, (item) => this.#needsTicket(item))
      if (small.length > 1) void this.#askForTickets(small)
    }
    while (this.#sending < LANES) {
      const item = this.#toSend.take((each) => !this.#needsTicket(each) || this.#maySendAlone())
      if (!item) break
      void this.#send(item)
    }
    while (this.#sending < LANES && this.#sender.wantsHelp) void this.#help(this.#sender.wantsHelp)
  }

  #mayHash(): boolean {
    const ahead = this.#toSend.size + this.#asking.size
    const next = this.#toHash.peek()
    return ahead < AHEAD || (next !== undefined && isSmall(next.sizeBytes) && ahead < AHEAD_SMALL)
  }

  /** A small file waits for company as long as some is coming and other work is being done. */
  #maySendAlone(): boolean {
    if (this.#asking.size > 0) return false
    const next = this.#toHash.peek()
    return this.#sending === 0 || next === undefined || !isSmall(next.sizeBytes)
  }

  #needsTicket(item: UploadItem): boolean {
    return isSmall(item.sizeBytes) && !this.#tickets.has(item)
  }

  /** Whether the server asked for patience; comes back to `pump` when that is over. */
  #isHeld(): boolean {
    const restMs = this.#holdUntil - this.#tools.now()
    if (restMs <= 0) return false
    // Looked at again when it fires: timers may be early by a millisecond.
    this.#holdTimer ??= setTimeout(() => {
      this.#holdTimer = undefined
      this.pump()
    }, restMs)
    return true
  }

  #lineOf(item: UploadItem): Line<UploadItem> {
    return item.digest === undefined ? this.#toHash : this.#toSend
  }

  #enter(item: UploadItem, state: UploadState, change?: (item: UploadItem) => void): void {
    this.#tools.ledger.change(item, (it) => {
      change?.(it)
      it.state = state
      it.doneBytes = 0
      delete it.retryAt
    })
  }

  #start(item: UploadItem, state: UploadState): AbortSignal {
    const stop = new AbortController()
    this.#running.set(item, stop)
    this.#enter(item, state)
    return stop.signal
  }

  #end(item: UploadItem, signal: AbortSignal): void {
    // A stopped item may be running again already, under another signal.
    if (this.#running.get(item)?.signal === signal) this.#running.delete(item)
    this.pump()
  }

  async #fingerprint(item: UploadItem): Promise<void> {
    if (!item.file) return
    this.#hashing++
    const signal = this.#start(item, 'fingerprinting')
    this.progress.begin('hash', item.sizeBytes)
    const onRead = (bytes: number) => this.#passed(item, bytes, { work: 'hash', signal })
    await this.#tools.ledger.kept(item)
    // Without a fingerprint the server computes its own: less is verified, nothing fails.
    const digest = await this.#tools.hasher.hash(item.file, onRead, signal).catch(() => undefined)
    this.progress.end('hash', item.sizeBytes)
    this.#hashing--
    if (!signal.aborted) {
      this.#enter(item, 'waiting', (it) => settleDigest(it, digest))
      this.#toSend.add(item)
    }
    this.#end(item, signal)
  }

  async #send(item: UploadItem): Promise<void> {
    const { file } = item
    if (!file) return
    this.#sending++
    const ticket = this.#tickets.get(item)
    this.#tickets.delete(item)
    const signal = this.#start(item, 'uploading')
    const attempt: Try = { item, file, signal, during: 'request', ...(ticket && { ticket }) }
    this.progress.begin('send', item.sizeBytes)
    try {
      // What was known beforehand comes here without having been read.
      await this.#tools.ledger.kept(item)
      await this.#sender.send(attempt)
      this.progress.stored(item.sizeBytes)
    } catch (error) {
      if (!signal.aborted) await this.#settle(item, error, { signal, call: attempt.during })
    } finally {
      this.progress.end('send', item.sizeBytes)
      this.#sending--
      this.#end(item, signal)
    }
  }

  /** A lane without a file of its own takes parts of another's, until a file waits. */
  async #help(run: PartRun): Promise<void> {
    this.#sending++
    await run.work(() => this.#toSend.size === 0)
    this.#sending--
    this.pump()
  }

  /** Asks where small files go, many in one call; each is then sent by itself. */
  async #askForTickets(items: readonly UploadItem[]): Promise<void> {
    for (const item of items) this.#toSend.remove(item)
    const { wire } = this.#tools
    const question = () => wire.requestMany(items.map(orderOf), this.#closing.signal)
    await this.#asking.ask(items, question, (item, outcome) => {
      const { answer } = 'error' in outcome ? { answer: outcome.error } : outcome
      if (answer instanceof Error || answer === undefined) {
        this.#judge(item, answer, 'request')
      } else {
        const ticket = answer as UploadTicket
        this.#tickets.set(item, ticket)
        // Whoever cancels it before its turn has to know what to take back.
        item.docId = ticket.docId
        this.#toSend.addFirst(item)
      }
    })
    this.pump()
  }

  #passed(
    item: UploadItem,
    bytes: number,
    { work, signal }: { work: 'hash' | 'send' | 'found'; signal: AbortSignal },
  ): void {
    if (signal.aborted) return
    const done = Math.min(bytes, item.sizeBytes)
    if (work !== 'found') {
      this.progress.passed(work, item.sizeBytes, Math.max(0, done - item.doneBytes))
    }
    this.#tools.ledger.change(item, (it) => {
      it.doneBytes = done
    })
  }

  async #settle(
    item: UploadItem,
    error: unknown,
    { signal, call }: { signal: AbortSignal; call: Call },
  ): Promise<void> {
    const isGone = await isUnreadable(item, error)
    // Somebody may have paused or cancelled while the file was tried.
    if (signal.aborted) return
    if (isGone) this.#fail(item, { code: 'unreadable', message: '' })
    else this.#judge(item, error, call)
  }

  #judge(item: UploadItem, error: unknown, during: Call): void {
    if (error instanceof UploadError && error.traceId) item.traceId = error.traceId
    this.#carryOut(item, judge(error, item, { during, patience: this.#tools.patience }))
  }

  #fail(item: UploadItem, problem: UploadProblem): void {
    this.#enter(item, 'failed', (it) => {
      it.problem = problem
    })
  }

  #carryOut(item: UploadItem, verdict: Verdict): void {
    switch (verdict.kind) {
      case 'retry':
        this.#wait(item, verdict)
        break
      case 'rehash':
        item.trouble.rehashes++
        this.#tools.ledger.change(item, (it) => {
          delete it.digest
        })
        // The server holds the old fingerprint under the old key.
        item.idempotencyKey = randomId()
        this.#backInLine(item)
        break
      case 'fresh_url':
        item.trouble.freshUrls++
        this.#backInLine(item)
        break
      case 'signed_out':
        this.#backInLine(item)
        this.pauseAll('signed_out')
        break
      case 'ask':
        this.#enter(item, 'asking')
        this.#tools.onAsking(item)
        break
      case 'fail':
        this.#fail(item, verdict.problem)
    }
  }

  #backInLine(item: UploadItem): void {
    this.#enter(item, 'waiting')
    this.#lineOf(item).addFirst(item)
  }

  #wait(item: UploadItem, verdict: Extract<Verdict, { kind: 'retry' }>): void {
    const at = this.#tools.now() + verdict.afterMs
    if (verdict.counted) item.trouble.tries++
    this.#enter(item, 'waiting')
    this.#tools.ledger.change(item, (it) => {
      it.retryAt = at
      it.problem = verdict.problem
    })
    const back = () => {
      this.#timers.delete(item)
      this.#toSend.addFirst(item)
      this.pump()
    }
    this.#timers.set(item, setTimeout(back, verdict.afterMs))
    this.#holdUntil = Math.max(this.#holdUntil, at)
  }
}
