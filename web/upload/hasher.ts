import type { HashNews, HashOrder } from './hash-worker.ts'

/** Fingerprints a file off the page's thread. */
export interface Hasher {
  /** @throws when the file cannot be read, the worker cannot run, or `signal` aborts */
  hash(file: Blob, onRead: (bytes: number) => void, signal: AbortSignal): Promise<string>
}

interface Waiting {
  onRead(bytes: number): void
  resolve(digest: string): void
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
    if ('digest' in news) order.resolve(news.digest)
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

  return {
    hash(file, onRead, signal) {
      const id = ++lastId
      const send = (order: HashOrder) => running().postMessage(order)
      return new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => {
          if (!waiting.delete(id)) return
          send({ id, cancel: true })
          reject(new DOMException('Stopped.', 'AbortError'))
        })
        waiting.set(id, { onRead, resolve, reject })
        send({ id, file })
      })
    },
  }
}

const startWorker = () =>
  new Worker(new URL('./hash-worker.ts', import.meta.url), { type: 'module' })
