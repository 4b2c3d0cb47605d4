import type { Hasher } from './hasher.ts'
import type { UploadItem } from './item.ts'
import type { Ledger } from './ledger.ts'
import { PartRun } from './part-run.ts'
import { Prover } from './prove.ts'
import type { Call } from './verdict.ts'
import type { UploadReceipt, UploadTicket, Wire } from './wire.ts'

interface SenderTools {
  ledger: Ledger
  wire: Wire
  hasher: Hasher
  now: () => number
  /** Bytes that have arrived or are on their way, of the whole file. */
  onSent: (item: UploadItem, bytes: number, signal: AbortSignal) => void
  /** Bytes that had arrived before this try. */
  onFound: (item: UploadItem, bytes: number, signal: AbortSignal) => void
  /** A file began to go in parts: other lanes may help. */
  onParts: () => void
}

/** One try to bring a file over. */
export interface Try {
  item: UploadItem
  file: File
  signal: AbortSignal
  /** Where to, when that has been asked already. */
  ticket?: UploadTicket
  /** The call that is under way, for whoever has to judge a failure. */
  during: Call
}

/** Brings one file over: asks where to, sends the bytes, whole or in parts, and says that it is complete. */
export class Sender {
  readonly #tools: SenderTools
  readonly #runs = new Set<PartRun>()
  readonly #prover: Prover

  constructor(tools: SenderTools) {
    this.#tools = tools
    this.#prover = new Prover(tools)
  }

  /** A file in parts that more lanes would speed up. */
  get wantsHelp(): PartRun | undefined {
    for (const run of this.#runs) if (run.wantsHelp) return run
    return undefined
  }

  /** @throws what the first call to fail threw; `during` says which */
  async send(attempt: Try): Promise<void> {
    const { item, signal } = attempt
    const { wire, ledger } = this.#tools
    const ticket = attempt.ticket ?? (await wire.request(orderOf(item), signal))
    ledger.change(item, (it) => {
      it.docId = ticket.docId
      if (ticket.traceId !== undefined) it.traceId = ticket.traceId
    })
    attempt.during = 'complete'
    let done = await this.#prover.prove(item, ticket, signal)
    if (!done && ticket.url !== undefined) done = await this.#sendBytes(attempt, ticket)
    attempt.during = 'complete'
    if (!done) store(ledger, item)
    const receipt = done ?? (await wire.complete(ticket.docId, signal))
    ledger.change(item, (it) => {
      it.state = 'stored'
      delete it.problem
      if (receipt.documentId !== undefined) it.documentId = receipt.documentId
    })
  }

  async #sendBytes(attempt: Try, ticket: UploadTicket): Promise<UploadReceipt | undefined> {
    const { item, file, signal } = attempt
    const { wire, ledger, onSent } = this.#tools
    // Who could not be fingerprinted can have no checksums either.
    const goesWhole = ticket.partBytes === undefined || item.digest === undefined
    const received = goesWhole ? [] : await wire.receivedParts(ticket.docId, signal)
    attempt.during = 'put'
    if (!goesWhole) return this.#sendParts(attempt, ticket, received)
    return wire.put(ticket, {
      file,
      signal,
      onSent(bytes) {
        onSent(item, bytes, signal)
        // The answer comes when it is stored; there is nothing to hold back any more.
        if (bytes >= file.size && !signal.aborted) store(ledger, item)
      },
    })
  }

  async #sendParts(
    { item, file, signal }: Try,
    ticket: UploadTicket,
    received: readonly number[],
  ): Promise<undefined> {
    const { onSent, onFound, onParts } = this.#tools
    const run = new PartRun(this.#tools, {
      ticket,
      file,
      received,
      signal,
      partBytes: ticket.partBytes ?? 0,
      onSent: (bytes) => onSent(item, bytes, signal),
      onArrived() {
        // However long the file is, it is failures in a row that count.
        item.trouble.tries = 0
        item.trouble.freshUrls = 0
      },
    })
    onFound(item, run.sentBytes, signal)
    this.#runs.add(run)
    try {
      const work = run.work(() => true)
      onParts()
      await work
      await run.ended
    } finally {
      this.#runs.delete(run)
    }
  }
}

const store = (ledger: Ledger, item: UploadItem): void =>
  ledger.change(item, (it) => {
    it.state = 'storing'
  })

/** What the server is asked for. */
export const orderOf = (item: UploadItem) => ({
  name: item.name,
  ...(item.digest !== undefined && { digest: item.digest }),
  sizeBytes: item.sizeBytes,
  ...(item.destination.chapterId !== undefined && { chapterId: item.destination.chapterId }),
  folder: item.folder,
  onConflict: item.onConflict,
  idempotencyKey: item.idempotencyKey,
})
