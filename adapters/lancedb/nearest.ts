import type { Table } from '@lancedb/lancedb'
import type { Visible } from '../../core/access/access.ts'
import type { Digest } from '../../core/digest.ts'
import { inPlaces } from './filter.ts'
import { hasVectorIndex } from './maintain.ts'

/**
 * Up to this share of the rows, or this many of them, a filter answered by its scalar index and an
 * exact scan of what is left are as fast as the vector index, and lose nothing (`bench/rights.ts`, over
 * a million rows).
 */
const EXACT_SHARE = 0.025
const EXACT_ROWS = 10_000
/** Only speed hangs on how many rows places reach, so that it need not be known anew each time. */
const REACH_MS = 60_000
const MOST_REACHES = 500
/**
 * Quantised candidates that are read again in full. Over 21,256 chunks of manuals, recall of the
 * first ten was 0.98 with 100 of them and 1.000 with 1,000, at 3 ms more.
 */
const CANDIDATES = 1_000
/** Parts of the index that are looked into: of 4,096 rows each, more or less. */
const PROBES = 20
/**
 * The same with a filter, where they hold fewer rows that count. Left to itself the engine goes through
 * nearly all parts then, at twice the time, and recall of the first ten was better by 0.01 at most.
 */
const PROBES_FILTERED = 40
const PROBES_FEW = 80
/** From this share of the rows nothing more is looked into; below the other there are few. */
const MOST_SHARE = 0.5
const FEW_SHARE = 0.06

interface Asked {
  vector: Float32Array
  placeIds: Visible
  k: number
}

/** By so many parts of the vector index, by all of it, or exactly over what the filter leaves. */
export type Way = { probes: number } | 'whole index' | 'exact'

/** The `k` nearest rows in these places, nearest first, in the way that suits their number. */
export async function nearest(table: Table, asked: Asked, reach: Reach) {
  if (!(await hasVectorIndex(table))) return nearestBy('exact', table, asked)
  const way = wayTo(await reach.of(table, asked.placeIds))
  const near = await nearestBy(way, table, asked)
  // Somebody asks for what lies far from all that is theirs.
  const isShort = way !== 'exact' && near.length < asked.k
  return isShort ? nearestBy('whole index', table, asked) : near
}

function wayTo({ rows, share }: Reached): Way {
  if (rows <= EXACT_ROWS || share <= EXACT_SHARE) return 'exact'
  if (share >= MOST_SHARE) return { probes: PROBES }
  return { probes: share < FEW_SHARE ? PROBES_FEW : PROBES_FILTERED }
}

/** As `nearest`, in the way that is said: for the benchmark that chooses between them. */
export async function nearestBy(way: Way, table: Table, { vector, placeIds, k }: Asked) {
  let query = table.query().nearestTo(vector).distanceType('cosine')
  if (placeIds !== 'all') query = query.where(inPlaces(placeIds))
  if (way === 'exact') query = query.bypassVectorIndex()
  else {
    const [least, most] = way === 'whole index' ? [PROBES, 0] : [way.probes, way.probes]
    query = query
      .maximumNprobes(most)
      .minimumNprobes(least)
      .refineFactor(Math.ceil(CANDIDATES / k))
  }
  const rows = await query.select(['digest', 'ordinal', '_distance']).limit(k).toArray()
  return rows.map((row) => ({
    digest: row.digest as Digest,
    ordinal: row.ordinal as number,
    distance: row._distance as number,
  }))
}

/** How much of a table places reach. */
interface Reached {
  rows: number
  share: number
}

export interface Reach {
  /** Of everything no more than that it is everything: nothing is counted. */
  of(table: Table, placeIds: Visible): Promise<Reached>
}

/** Counting what a hundred books reach takes a third of a search in them: it is done once a minute. */
export function countedReach(now: () => number = () => performance.now()): Reach {
  const known = new Map<string, Reached & { at: number }>()
  return {
    async of(table, placeIds) {
      if (placeIds === 'all') return { rows: Number.POSITIVE_INFINITY, share: 1 }
      const filter = inPlaces(placeIds)
      const key = `${table.name} ${filter}`
      const before = known.get(key)
      if (before && now() - before.at < REACH_MS) return before
      const [rows, all] = await Promise.all([table.countRows(filter), table.countRows()])
      const reached = { rows, share: rows / Math.max(all, 1), at: now() }
      known.delete(key)
      known.set(key, reached)
      if (known.size > MOST_REACHES) known.delete(known.keys().next().value ?? '')
      return reached
    },
  }
}
