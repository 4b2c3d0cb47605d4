import type { Table } from '@lancedb/lancedb'
import type { Visible } from '../../core/access/access.ts'
import type { Digest } from '../../core/digest.ts'
import { inPlaces } from './filter.ts'
import { hasVectorIndex } from './maintain.ts'

/**
 * Up to this share of the rows, or this many of them, a filter answered by its scalar index and an
 * exact scan of what is left are faster than the vector index, and lose nothing. Over a million rows
 * the ways meet between 5 and 10 % (`bench/rights.ts`).
 */
const EXACT_SHARE = 0.08
const EXACT_ROWS = 10_000
/** Only speed hangs on how many rows places reach, so that it need not be known anew each time. */
const REACH_MS = 60_000
const MOST_REACHES = 500
/**
 * Quantised candidates that are read again in full. Over 21,256 chunks of manuals, recall of the
 * first ten was 0.98 with 100 of them and 1.000 with 1,000, at 3 ms more.
 */
const CANDIDATES = 1_000
const PROBES = 20
interface Asked {
  vector: Float32Array
  placeIds: Visible
  k: number
}

/** By the vector index, or exactly over what the filter leaves. */
export type Way = 'index' | 'exact'

/** The `k` nearest rows in these places, nearest first, in the way that suits their number. */
export async function nearest(table: Table, asked: Asked, reach: Reach) {
  if (!(await hasVectorIndex(table))) return nearestBy('exact', table, asked)
  return nearestBy((await reach.isNarrow(table, asked.placeIds)) ? 'exact' : 'index', table, asked)
}

/** As `nearest`, in the way that is said: for the benchmark that chooses between them. */
export async function nearestBy(way: Way, table: Table, { vector, placeIds, k }: Asked) {
  let query = table.query().nearestTo(vector).distanceType('cosine')
  if (placeIds !== 'all') query = query.where(inPlaces(placeIds))
  query =
    way === 'exact'
      ? query.bypassVectorIndex()
      : query
          .minimumNprobes(PROBES)
          .maximumNprobes(0)
          .refineFactor(Math.ceil(CANDIDATES / k))
  const rows = await query.select(['digest', 'ordinal', '_distance']).limit(k).toArray()
  return rows.map((row) => ({
    digest: row.digest as Digest,
    ordinal: row.ordinal as number,
    distance: row._distance as number,
  }))
}

/** Tells whether places reach few rows of a table. */
export interface Reach {
  isNarrow(table: Table, placeIds: Visible): Promise<boolean>
}

/** Counting what a hundred books reach takes as long as a search in them: it is done once a minute. */
export function countedReach(now: () => number = () => performance.now()): Reach {
  const known = new Map<string, { isNarrow: boolean; at: number }>()
  return {
    async isNarrow(table, placeIds) {
      if (placeIds === 'all') return false
      const filter = inPlaces(placeIds)
      const key = `${table.name} ${filter}`
      const before = known.get(key)
      if (before && now() - before.at < REACH_MS) return before.isNarrow
      const [reached, all] = await Promise.all([table.countRows(filter), table.countRows()])
      const isNarrow = reached <= Math.max(EXACT_ROWS, EXACT_SHARE * all)
      known.delete(key)
      known.set(key, { isNarrow, at: now() })
      if (known.size > MOST_REACHES) known.delete(known.keys().next().value ?? '')
      return isNarrow
    },
  }
}
