import { parentPort } from 'node:worker_threads'
import { parseExtraction } from '../pipeline/extraction.ts'
import { type Comparison, type ComparisonPage, openComparison, type Slice } from './comparison.ts'

/** A page of a comparison. Without `packed` only if the comparison is kept here already. */
export interface ComparisonOrder {
  id: number
  key: string
  slice: Slice
  /** Both extractions, as they lie in the blob store. */
  packed?: { from: Uint8Array; to: Uint8Array }
}

export type ComparisonNews =
  | { id: number; page: ComparisonPage }
  | { id: number; isUnknown: true }
  | { id: number; error: string }

/** Comparisons that are kept, the last used at the end: readers turn pages. */
const kept = new Map<string, Comparison>()
const MOST_KEPT_BYTES = 128 * 2 ** 20

async function comparisonOf({ key, packed }: ComparisonOrder): Promise<Comparison | undefined> {
  const known = kept.get(key)
  kept.delete(key)
  const comparison =
    known ??
    (packed &&
      openComparison({
        from: await parseExtraction(packed.from),
        to: await parseExtraction(packed.to),
      }))
  if (comparison) kept.set(key, comparison)
  makeRoom(key)
  return comparison
}

function makeRoom(current: string): void {
  let bytes = [...kept.values()].reduce((sum, { size }) => sum + size, 0)
  for (const [key, { size }] of kept) {
    if (bytes <= MOST_KEPT_BYTES || key === current) return
    kept.delete(key)
    bytes -= size
  }
}

async function answer(order: ComparisonOrder): Promise<ComparisonNews> {
  const { id, slice } = order
  try {
    const comparison = await comparisonOf(order)
    return comparison ? { id, page: comparison.page(slice) } : { id, isUnknown: true }
  } catch (error) {
    return { id, error: String(error) }
  }
}

parentPort?.on('message', (order: ComparisonOrder) => {
  void answer(order).then((news) => parentPort?.postMessage(news))
})
