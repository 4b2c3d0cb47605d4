import { UploadError } from './answers.ts'
import type { Hasher } from './hasher.ts'
import type { UploadTicket, Wire } from './wire.ts'

/** How often a part that arrived damaged is sent before the whole try has failed. */
const SENDS = 3

export interface PartJob {
  ticket: UploadTicket
  partBytes: number
  file: Blob
  /** Numbers of the parts that have arrived. */
  received: readonly number[]
  signal: AbortSignal
  /** Bytes that have arrived and are on their way, all parts together. */
  onSent(bytes: number): void
  onArrived(): void
}

/** Sends the missing parts of one file, over as many connections as it is lent. */
export class PartRun {
  readonly #tools: { wire: Wire; hasher: Hasher }
  readonly #job: PartJob
  readonly #left: number[]
  readonly #stop = new AbortController()
  /** Bytes sent of each part under way. */
  readonly #sent = new Map<number, number>()
  readonly #ended = Promise.withResolvers<void>()
  #arrivedBytes: number

  constructor(tools: { wire: Wire; hasher: Hasher }, job: PartJob) {
    this.#tools = tools
    this.#job = job
    const count = Math.ceil(job.file.size / job.partBytes)
    const received = new Set(job.received)
    const numbers = Array.from({ length: count }, (_, index) => index + 1)
    this.#left = numbers.filter((number) => !received.has(number)).reverse()
    this.#arrivedBytes = numbers
      .filter((number) => received.has(number))
      .reduce((sum, number) => sum + this.#slice(number).size, 0)
    const stop = () => this.#fail(new DOMException('Stopped.', 'AbortError'))
    if (job.signal.aborted) stop()
    else job.signal.addEventListener('abort', stop, { once: true })
    this.#ended.promise.catch(() => {})
    if (this.#left.length === 0) this.#ended.resolve()
  }

  get sentBytes(): number {
    return [...this.#sent.values()].reduce((sum, bytes) => sum + bytes, this.#arrivedBytes)
  }

  /** Whether there are parts that nobody has begun. */
  get wantsHelp(): boolean {
    return this.#left.length > 0 && !this.#stop.signal.aborted
  }

  /** Resolves when every part has arrived. @throws what the first part to fail threw */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** Sends one part after the other, as long as there are any and `mayStay` says so. Never rejects. */
  async work(mayStay: () => boolean): Promise<void> {
    while (this.wantsHelp && mayStay()) {
      const number = this.#left.pop()
      if (number === undefined) return
      try {
        await this.#send(number)
      } catch (error) {
        this.#fail(error)
      } finally {
        this.#sent.delete(number)
      }
    }
  }

  #fail(error: unknown): void {
    this.#ended.reject(error)
    this.#stop.abort()
  }

  async #send(number: number): Promise<void> {
    const part = this.#slice(number)
    this.#sent.set(number, 0)
    for (let sends = 1; ; sends++) {
      try {
        await this.#put(number, part)
        break
      } catch (error) {
        if (!isDamaged(error) || sends === SENDS) throw error
      }
    }
    this.#arrivedBytes += part.size
    this.#sent.delete(number)
    this.#job.onSent(this.sentBytes)
    this.#job.onArrived()
    if (this.#left.length + this.#sent.size === 0) this.#ended.resolve()
  }

  async #put(number: number, file: Blob): Promise<void> {
    const { wire, hasher } = this.#tools
    const { ticket, onSent } = this.#job
    const { signal } = this.#stop
    const checksum = await hasher.checksum(file, signal).catch(rethrowAsUnread)
    await wire.putPart(ticket, {
      number,
      checksum,
      file,
      signal,
      onSent: (bytes) => {
        if (signal.aborted) return
        this.#sent.set(number, Math.min(bytes, file.size))
        onSent(this.sentBytes)
      },
    })
  }

  #slice(number: number): Blob {
    const { file, partBytes } = this.#job
    return file.slice((number - 1) * partBytes, number * partBytes)
  }
}

const isDamaged = (error: unknown) =>
  error instanceof UploadError && error.reason === 'PART_MISMATCH'

/** Like a body that breaks off: whether it is the file or the worker is looked at later. */
function rethrowAsUnread(cause: unknown): never {
  if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
  throw new UploadError('', { status: 0, code: 'network' }, { cause })
}
