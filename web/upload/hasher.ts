import type { HashNews, HashOrder, HashWish } from './hash-worker.ts'
import type { ProofOrder } from './proof.ts'

/** Reads files off the page's thread. Throws when a file cannot be read or the worker cannot run. */
export interface Hasher {
  /** SHA-256 in hex. */
  hash(file: Blob, onRead: (bytes: number) => void, signal: AbortSignal): Promise<string>
  /** CRC-32C of a part of a file, in hex. */
  checksum(part: Blob, signal: AbortSignal): Promise<string>
  /** The answer to a challenge about a file, in hex. */
  proof(file: Blob, about: ProofOrder, signal: AbortSignal): Promise<string>
}

interface Waiting {
  onRead(bytes: number): void
  resolve(sum: string): void
  reject(error: Error): void
}

/** One worker, started with the first file. Orders to it run at the same time. */
export function workerHasher(start: () => Worker = startWorker): Hasher {
  const desk = new OrderDesk(start)
  const ignore = () => {}
  return {
    hash: (file, onRead, signal) => desk.order({ file, wish: 'digest' }, onRead, signal),
    checksum: (file, signal) => desk.order({ file, wish: 'checksum' }, ignore, signal),
    proof: (file, about, signal) => desk.order({ file, wish: 'proof', about }, ignore, signal),
  }
}

/** Orders to the worker, and who waits for them. */
class OrderDesk {
  readonly #start: () => Worker
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #lastId = 0

  constructor(start: () => Worker) {
    this.#start = start
  }

  async order(
    what: HashWish,
    onRead: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<string> {
    if (signal.aborted) throw stopped()
    const worker = this.#running()
    const id = ++this.#lastId
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    this.#waiting.set(id, { onRead, resolve, reject })
    const stop = () => {
      worker.postMessage({ id, cancel: true } satisfies HashOrder)
      reject(stopped())
    }
    signal.addEventListener('abort', stop)
    worker.postMessage({ id, ...what } satisfies HashOrder)
    try {
      return await promise
    } finally {
      this.#waiting.delete(id)
      signal.removeEventListener('abort', stop)
    }
  }

  #running(): Worker {
    if (this.#worker) return this.#worker
    const worker = this.#start()
    worker.addEventListener('message', (event: MessageEvent<HashNews>) => this.#settle(event.data))
    worker.addEventListener('error', () => this.#breakDown())
    this.#worker = worker
    return worker
  }

  #settle(news: HashNews): void {
    const order = this.#waiting.get(news.id)
    if (!order) return
    if ('read' in news) order.onRead(news.read)
    else if ('sum' in news) order.resolve(news.sum)
    else order.reject(new Error(news.error))
  }

  #breakDown(): void {
    this.#worker?.terminate()
    this.#worker = undefined
    const broken = new Error('The fingerprint worker stopped.')
    for (const order of this.#waiting.values()) order.reject(broken)
  }
}

const stopped = () => new DOMException('Stopped.', 'AbortError')

const startWorker = () =>
  new Worker(new URL('./hash-worker.ts', import.meta.url), { type: 'module' })
