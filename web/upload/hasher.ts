import type { HashNews, HashOrder, HashWish, Sum } from './hash-worker.ts'
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
  resolve(sum: Sum): void
  reject(error: Error): void
}

/** One worker, started with the first file; orders to it run at the same time. */
export function workerHasher(start: () => Worker = startWorker): Hasher {
  const desk = new OrderDesk(start)
  const ignore = () => {}
  return {
    async hash(file, onRead, signal) {
      if (file.size > STRETCH_BYTES) return hashLarge(file, start, { onRead, signal })
      return hexOf(await desk.order({ file, wish: 'digest' }, onRead, signal))
    },
    checksum: async (file, signal) =>
      hexOf(await desk.order({ file, wish: 'checksum' }, ignore, signal)),
    proof: async (file, about, signal) =>
      hexOf(await desk.order({ file, wish: 'proof', about }, ignore, signal)),
  }
}

/** Bytes that one worker reads of a large file. */
const STRETCH_BYTES = 128 * 1024 * 1024

/**
 * Fingerprints a large file stretch by stretch, each in a worker of its own: what has been read stays
 * in a worker's memory until the browser finds time to clear it, or the worker ends.
 */
async function hashLarge(
  file: Blob,
  start: () => Worker,
  { onRead, signal }: { onRead: (bytes: number) => void; signal: AbortSignal },
): Promise<string> {
  let state: Uint8Array | undefined
  for (let at = 0; at < file.size; at += STRETCH_BYTES) {
    const desk = new OrderDesk(start)
    const part = file.slice(at, at + STRETCH_BYTES)
    const stretch = { isLast: at + STRETCH_BYTES >= file.size, ...(state && { state }) }
    try {
      const onPart = (bytes: number) => onRead(at + bytes)
      const sum = await desk.order({ file: part, wish: 'stretch', stretch }, onPart, signal)
      if (typeof sum !== 'string') state = sum
    } finally {
      desk.close()
    }
  }
  return hexOf(state ?? '')
}

const hexOf = (sum: Sum): string =>
  typeof sum === 'string'
    ? sum
    : Array.from(sum, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Orders to the worker, and who waits for them. */
class OrderDesk {
  readonly #start: () => Worker
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #lastId = 0

  constructor(start: () => Worker) {
    this.#start = start
  }

  async order(what: HashWish, onRead: (bytes: number) => void, signal: AbortSignal): Promise<Sum> {
    if (signal.aborted) throw stopped()
    const worker = this.#running()
    const id = ++this.#lastId
    const { promise, resolve, reject } = Promise.withResolvers<Sum>()
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

  /** Ends the worker; nobody may wait for it any more. */
  close(): void {
    this.#worker?.terminate()
    this.#worker = undefined
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
    this.close()
    const broken = new Error('The fingerprint worker stopped.')
    for (const order of this.#waiting.values()) order.reject(broken)
  }
}

const stopped = () => new DOMException('Stopped.', 'AbortError')

const startWorker = () =>
  new Worker(new URL('./hash-worker.ts', import.meta.url), { type: 'module' })
