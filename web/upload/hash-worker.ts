import { checksumOf, digestOf } from './digest.ts'

/** What the page sends: a file to fingerprint, a part to sum, or the number of one to give up. */
export type HashOrder =
  | { id: number; file: Blob; wish: 'digest' | 'checksum' }
  | { id: number; cancel: true }
/** What comes back: progress in bytes, then the sum or a failure. */
export type HashNews = { id: number } & ({ read: number } | { sum: string } | { error: string })

const running = new Map<number, AbortController>()
const tell = (news: HashNews) => self.postMessage(news)

async function run(id: number, file: Blob, wish: 'digest' | 'checksum'): Promise<void> {
  const stop = new AbortController()
  running.set(id, stop)
  try {
    const sum =
      wish === 'digest'
        ? await digestOf(file, (read) => tell({ id, read }), stop.signal)
        : await checksumOf(file, stop.signal)
    tell({ id, sum })
  } catch (error) {
    tell({ id, error: String(error) })
  } finally {
    running.delete(id)
  }
}

self.addEventListener('message', (event: MessageEvent<HashOrder>) => {
  const order = event.data
  if ('cancel' in order) running.get(order.id)?.abort()
  else void run(order.id, order.file, order.wish)
})
