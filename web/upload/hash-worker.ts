import { checksumOf, digestOf, digestOn, type Stretch } from './digest.ts'
import { type ProofOrder, proofOf } from './proof.ts'

/** A file to fingerprint, a part to sum, or a challenge about a file to answer. */
export type HashWish = { file: Blob } & (
  | { wish: 'digest' | 'checksum' }
  | { wish: 'stretch'; stretch: Stretch }
  | { wish: 'proof'; about: ProofOrder }
)
/** A sum in hex; of a stretch its bytes. */
export type Sum = string | Uint8Array
/** What the page sends: a wish, or the number of one to give up. */
export type HashOrder = ({ id: number } & HashWish) | { id: number; cancel: true }
/** What comes back: progress in bytes, then the sum or a failure. */
export type HashNews = { id: number } & ({ read: number } | { sum: Sum } | { error: string })

const running = new Map<number, AbortController>()
const tell = (news: HashNews) => self.postMessage(news)

function sumOf(id: number, order: HashWish, signal: AbortSignal): Promise<Sum> {
  const onRead = (read: number) => tell({ id, read })
  if (order.wish === 'proof') return proofOf(order.file, order.about, signal)
  if (order.wish === 'checksum') return checksumOf(order.file, signal)
  if (order.wish === 'stretch') return digestOn(order.file, order.stretch, { onRead, signal })
  return digestOf(order.file, onRead, signal)
}

async function run(id: number, order: HashWish): Promise<void> {
  const stop = new AbortController()
  running.set(id, stop)
  try {
    tell({ id, sum: await sumOf(id, order, stop.signal) })
  } catch (error) {
    tell({ id, error: String(error) })
  } finally {
    running.delete(id)
  }
}

self.addEventListener('message', (event: MessageEvent<HashOrder>) => {
  const order = event.data
  if ('cancel' in order) running.get(order.id)?.abort()
  else void run(order.id, order)
})
