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
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let lastId = 0

  const settle = (news: HashNews) => {
    const order = waiting.get(news.id)
    if (!order) return
    if ('read' in news) return order.onRead(news.read)
    waiting.delete(news.id)
    if ('sum' in news) order.resolve(news.sum)
    else order.reject(new Error(news.error))
  }
  const breakDown = () => {
    worker?.terminate()
    worker = undefined
    for (const order of waiting.values()) order.reject(new Error('The fingerprint worker stopped.'))
    waiting.clear()
  }
  const running = () => {
    if (worker) return worker
    worker = start()
    worker.addEventListener('message', (event: MessageEvent<HashNews>) => settle(event.data))
    worker.addEventListener('error', breakDown)
    return worker
  }

  const order = (
    what: HashWish,
    onRead: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<string> => {
    const id = ++lastId
    const send = (message: HashOrder) => running().postMessage(message)
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(stopped())
      const stop = () => {
        if (!waiting.delete(id)) return
        send({ id, cancel: true })
        reject(stopped())
      }
      const settled = () => signal.removeEventListener('abort', stop)
      signal.addEventListener('abort', stop)
      waiting.set(id, {
        onRead,
        resolve(sum) {
          settled()
          resolve(sum)
        },
        reject(error) {
          settled()
          reject(error)
        },
      })
      send({ id, ...what })
    })
  }

  return {
    hash: (file, onRead, signal) => order({ file, wish: 'digest' }, onRead, signal),
    checksum: (file, signal) => order({ file, wish: 'checksum' }, () => {}, signal),
    proof: (file, about, signal) => order({ file, wish: 'proof', about }, () => {}, signal),
  }
}

const stopped = () => new DOMException('Stopped.', 'AbortError')

const startWorker = () =>
  new Worker(new URL('./hash-worker.ts', import.meta.url), { type: 'module' })
