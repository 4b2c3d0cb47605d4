import { checksumOf, digestOf } from './digest.ts'
import { type ProofOrder, proofOf } from './proof.ts'

/** A file to fingerprint, a part to sum, or a challenge about a file to answer. */
export type HashWish = { file: Blob } & (
  | { wish: 'digest' | 'checksum' }
  | { wish: 'proof'; about: ProofOrder }
)
/** What the page sends: a wish, or the number of one to give up. */
export type HashOrder = ({ id: number } & HashWish) | { id: number; cancel: true }
/** What comes back: progress in bytes, then the sum or a failure. */
export type HashNews = { id: number } & ({ read: number } | { sum: string } | { error: string })

const running = new Map<number, AbortController>()
const tell = (news: HashNews) => self.postMessage(news)

function sumOf(id: number, order: HashWish, signal: AbortSignal): Promise<string> {
  if (order.wish === 'proof') return proofOf(order.file, order.about, signal)
  if (order.wish === 'checksum') return checksumOf(order.file, signal)
  return digestOf(order.file, (read) => tell({ id, read }), signal)
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
