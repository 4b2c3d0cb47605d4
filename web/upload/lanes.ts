import type { Hasher } from './hasher.ts'
import { noTrouble, randomId, type UploadItem, type UploadState } from './item.ts'
import type { Ledger } from './ledger.ts'
import { Line } from './line.ts'
import { type PartJob, PartRun } from './part-run.ts'
import { Rate } from './rate.ts'
import { type Call, judge, type Patience, type Verdict } from './verdict.ts'
import { UploadError, type UploadTicket, type Wire } from './wire.ts'

/** Bodies on the wire at once: with the live stream that leaves two of HTTP/1.1's six connections. */
const LANES = 3
/** Files fingerprinted at once, and how many may lie fingerprinted ahead of the lanes. */
const HASHERS = 2
const AHEAD = 8

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
  readonly rate = new Rate()
  readonly #tools: LaneTools
  readonly #toHash = new Line<UploadItem>()
  readonly #toSend = new Line<UploadItem>()
  readonly #running = new Map<UploadItem, AbortController>()
  readonly #timers = new Map<UploadItem, ReturnType<typeof setTimeout>>()
  readonly #runs = new Set<PartRun>()
  #hashing = 0
  #sending = 0
  #holdUntil = 0
  #holdTimer: ReturnType<typeof setTimeout> | undefined
  #paused: PauseReason | undefined

  constructor(tools: LaneTools) {
    this.#tools = tools
  }

  get paused(): PauseReason | undefined {
    return this.#paused
  }

  /** Puts a new item at the end of the line; `pump` starts it. */
  add(item: UploadItem): void {
    this.#toHash.add(item)
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
    this.#toHash.remove(item)
    this.#toSend.remove(item)
    clearTimeout(this.#timers.get(item))
    this.#timers.delete(item)
    const running = this.#running.get(item)
    this.#running.delete(item)
    this.#enter(item, state)
    running?.abort()
  }

  pump(): void {
    if (this.#paused) return
    while (this.#hashing < HASHERS && this.#toSend.size < AHEAD) {
      const item = this.#toHash.take()
      if (!item) break
      void this.#fingerprint(item)
    }
    if (this.#isHeld()) return
    while (this.#sending < LANES) {
      const item = this.#toSend.take()
      if (!item) break
      void this.#send(item)
    }
    for (const run of this.#runs) {
      while (this.#sending < LANES && run.wantsHelp) void this.#help(run)
    }
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

  #enter(item: UploadItem, state: UploadState): void {
    this.#tools.ledger.change(item, (it) => {
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
    const onRead = (bytes: number) => this.#progress(item, bytes, signal)
    await this.#tools.ledger.kept(item)
    // Without a fingerprint the server computes its own: less is verified, nothing fails.
    const digest = await this.#tools.hasher.hash(item.file, onRead, signal).catch(() => undefined)
    this.#hashing--
    if (!signal.aborted) {
      settleDigest(item, digest)
      this.#enter(item, 'waiting')
      this.#toSend.add(item)
    }
    this.#end(item, signal)
  }

  async #send(item: UploadItem): Promise<void> {
    const { file } = item
    if (!file) return
    this.#sending++
    const signal = this.#start(item, 'uploading')
    const at: { call: Call } = { call: 'request' }
    try {
      await this.#transfer(item, file, { signal, at })
    } catch (error) {
      if (!signal.aborted) await this.#settle(item, error, { signal, call: at.call })
    } finally {
      this.#sending--
      this.#end(item, signal)
    }
  }

  async #transfer(
    item: UploadItem,
    file: File,
    { signal, at }: { signal: AbortSignal; at: { call: Call } },
  ): Promise<void> {
    const { wire, ledger, now } = this.#tools
    const ticket = await wire.request(orderOf(item), signal)
    ledger.change(item, (it) => {
      it.docId = ticket.docId
      if (ticket.traceId !== undefined) it.traceId = ticket.traceId
    })
    if (ticket.url !== undefined) {
      const received = await this.#receivedOf(item, ticket, signal)
      at.call = 'put'
      const onSent = (bytes: number) => {
        if (signal.aborted) return
        this.rate.add(Math.max(0, Math.min(bytes, item.sizeBytes) - item.doneBytes), now())
        this.#progress(item, bytes, signal)
      }
      if (received === undefined) await wire.put(ticket, { file, signal, onSent })
      else await this.#sendParts(item, { ticket, file, received, signal, onSent })
    }
    at.call = 'complete'
    ledger.change(item, (it) => {
      it.state = 'storing'
    })
    const receipt = await wire.complete(ticket.docId, signal)
    ledger.change(item, (it) => {
      it.state = 'stored'
      delete it.problem
      if (receipt.documentId !== undefined) it.documentId = receipt.documentId
    })
  }

  /** Parts that have arrived earlier; undefined when the file is to go whole. */
  async #receivedOf(
    item: UploadItem,
    ticket: UploadTicket,
    signal: AbortSignal,
  ): Promise<number[] | undefined> {
    // Who could not be fingerprinted can have no checksums either.
    if (ticket.partBytes === undefined || item.digest === undefined) return undefined
    return this.#tools.wire.receivedParts(ticket.docId, signal)
  }

  async #sendParts(item: UploadItem, job: Omit<PartJob, 'partBytes' | 'onArrived'>): Promise<void> {
    const onArrived = () => {
      // However long the file is, it is failures in a row that count.
      item.trouble.tries = 0
      item.trouble.freshUrls = 0
    }
    const run = new PartRun(this.#tools, {
      ...job,
      partBytes: job.ticket.partBytes ?? 0,
      onArrived,
    })
    this.#progress(item, run.sentBytes, job.signal)
    this.#runs.add(run)
    try {
      const work = run.work(() => true)
      this.pump()
      await work
      await run.ended
    } finally {
      this.#runs.delete(run)
    }
  }

  /** A lane without a file of its own takes parts of another's, until a file waits. */
  async #help(run: PartRun): Promise<void> {
    this.#sending++
    await run.work(() => this.#toSend.size === 0)
    this.#sending--
    this.pump()
  }

  #progress(item: UploadItem, bytes: number, signal: AbortSignal): void {
    if (signal.aborted) return
    this.#tools.ledger.change(item, (it) => {
      it.doneBytes = Math.min(bytes, it.sizeBytes)
    })
  }

  async #settle(
    item: UploadItem,
    error: unknown,
    { signal, call }: { signal: AbortSignal; call: Call },
  ): Promise<void> {
    const verdict: Verdict = (await isUnreadable(item, error))
      ? { kind: 'fail', problem: { code: 'unreadable', message: '' } }
      : judge(error, item, { during: call, patience: this.#tools.patience })
    // Somebody may have paused or cancelled while the file was tried.
    if (signal.aborted) return
    if (error instanceof UploadError && error.traceId) item.traceId = error.traceId
    this.#carryOut(item, verdict)
  }

  #carryOut(item: UploadItem, verdict: Verdict): void {
    switch (verdict.kind) {
      case 'retry':
        this.#wait(item, verdict)
        break
      case 'rehash':
        item.trouble.rehashes++
        delete item.digest
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
        this.#enter(item, 'failed')
        item.problem = verdict.problem
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

/**
 * Notes a fingerprint, or that there is none. A file chosen again goes on with what the server has of
 * it only when it is the same file; another of that name, size and time is another upload.
 */
function settleDigest(item: UploadItem, digest: string | undefined): void {
  if (digest !== undefined) item.digest = digest
  if (item.docId !== undefined && item.priorDigest !== digest) {
    item.idempotencyKey = randomId()
    delete item.docId
  }
  delete item.priorDigest
}

const orderOf = (item: UploadItem) => ({
  name: item.name,
  ...(item.digest !== undefined && { digest: item.digest }),
  sizeBytes: item.sizeBytes,
  ...(item.destination.chapterId !== undefined && { chapterId: item.destination.chapterId }),
  folder: item.folder,
  onConflict: item.onConflict,
  idempotencyKey: item.idempotencyKey,
})

/** A body that could not be read looks like a broken network; a look at its first byte tells. */
async function isUnreadable(item: UploadItem, error: unknown): Promise<boolean> {
  if (!(error instanceof UploadError) || error.code !== 'network' || !item.file) return false
  try {
    await item.file.slice(0, 1).arrayBuffer()
    return false
  } catch {
    return true
  }
}
