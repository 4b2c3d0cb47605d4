import { type Connection, connect, Session, type Table } from '@lancedb/lancedb'
import type { Visible } from '../../core/access/access.ts'
import type { Digest } from '../../core/digest.ts'
import type { Space, VectorIndex } from '../../core/ports/index.ts'
import { digestExcept, digestIs, idList, inPlaces } from './filter.ts'
import { hasVectorIndex, isScattered, maintain } from './maintain.ts'
import { type Content, schemaOf, tableOf } from './rows.ts'

/** How old a reader's view may be: what another process commits is seen after this. */
const CONSISTENCY_SECONDS = 1
const MIB = 2n ** 20n
const INDEX_CACHE_BYTES = 256n * MIB
const METADATA_CACHE_BYTES = 64n * MIB

/**
 * Up to this share of the rows, or this many of them, a filter answered by its scalar index and an
 * exact scan of what is left are as fast as the vector index (5 to 13 ms here, 3 to 11 times as fast
 * over 1 M rows), which would lose rows without a word.
 */
const EXACT_SHARE = 0.02
const EXACT_ROWS = 10_000
/**
 * Quantised candidates that are read again in full. Over 21,256 chunks of manuals, recall of the
 * first ten was 0.98 with 100 of them and 1.000 with 1,000, at 3 ms more.
 */
const CANDIDATES = 1_000
const PROBES = 20

/**
 * Vectors in LanceDB, a table per space, made with the first row. Holds no text.
 *
 * @param uri folder of the index; other processes may write to it at the same time
 */
export async function lancedbVectorIndex({
  uri,
  space,
}: {
  uri: string
  space: Space
}): Promise<VectorIndex> {
  const session = new Session(INDEX_CACHE_BYTES, METADATA_CACHE_BYTES)
  const db = await connect(uri, { readConsistencyInterval: CONSISTENCY_SECONDS }, session)
  const table = tableKeeper(db, space)
  const inTurn = queue()
  const dimension = space.dimension
  return {
    upsert: (digest, rows, placeIds) =>
      inTurn(async () => {
        const open = await table.made()
        const telling = rows.filter(({ vector }) => vector.some((value) => value !== 0))
        await replaceRows(open, { dimension, digest, rows: telling, placeIds })
        if (await isScattered(open)) await maintain(open)
      }),

    setPlaces: (digest, placeIds) =>
      inTurn(async () => {
        const open = await table.open()
        if (open) await writePlaces(open, digest, placeIds)
      }),

    remove: (digest) =>
      inTurn(async () => {
        const where = digestIs(digest)
        await (await table.open())?.delete(where)
      }),

    query: async (vector, placeIds, k) => {
      const open = await table.open()
      if (!open || placeIds.length === 0) return []
      return nearest(open, { vector, placeIds, k })
    },

    count: async () => (await (await table.open())?.countRows()) ?? 0,

    optimize: () =>
      inTurn(async () => {
        const open = await table.open()
        if (open) await maintain(open)
      }),

    close: () =>
      inTurn(async () => {
        table.close()
        db.close()
      }),
  }
}

/** Lets writers of this process follow each other: meeting in the engine, they would start over. */
function queue() {
  let last: Promise<unknown> = Promise.resolve()
  return <Result>(work: () => Promise<Result>): Promise<Result> => {
    const mine = last.then(work, work)
    last = mine.catch(() => undefined)
    return mine
  }
}

/**
 * The table of the space: opened when it is there, made when something is to be written. Making is
 * not atomic in the engine, two at once may overwrite what one has written: so it is done in turn, and
 * only by the worker, which is the one that has rows.
 */
function tableKeeper(db: Connection, space: Space) {
  let kept: Table | undefined
  const open = async (): Promise<Table | undefined> => {
    if (!kept && (await db.tableNames()).includes(space.id)) kept = await db.openTable(space.id)
    return kept
  }
  return {
    open,
    async made(): Promise<Table> {
      kept = (await open()) ?? (await db.createEmptyTable(space.id, schemaOf(space.dimension)))
      return kept
    },
    close: () => kept?.close(),
  }
}

/**
 * Writes by key, so that two workers at the same content leave one set of rows; what an earlier
 * derivation had more of is dropped after that.
 */
async function replaceRows(table: Table, content: Content): Promise<void> {
  const { digest, rows, placeIds } = content
  idList(placeIds)
  if (rows.length > 0) {
    await table
      .mergeInsert('key')
      .whenMatchedUpdateAll()
      .whenNotMatchedInsertAll()
      .execute(tableOf(content))
  }
  const stale = digestExcept(
    digest,
    rows.map(({ ordinal }) => ordinal),
  )
  if ((await table.countRows(stale)) > 0) await table.delete(stale)
}

/** Every write is a version and files of its own, so what would change nothing is left out. */
async function writePlaces(
  table: Table,
  digest: Digest,
  placeIds: readonly string[],
): Promise<void> {
  const where = digestIs(digest)
  const places = idList(placeIds)
  const [row] = await table.query().where(where).select(['places']).limit(1).toArray()
  if (!row || isSame([...row.places], placeIds)) return
  await table.update({ where, valuesSql: { places } })
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each) => b.includes(each))

async function nearest(
  table: Table,
  { vector, placeIds, k }: { vector: Float32Array; placeIds: Visible; k: number },
) {
  const filter = placeIds === 'all' ? undefined : inPlaces(placeIds)
  let query = table.query().nearestTo(vector).distanceType('cosine')
  if (filter) query = query.where(filter)
  if (await hasVectorIndex(table)) {
    query = (await isNarrow(table, filter))
      ? query.bypassVectorIndex()
      : query
          .minimumNprobes(PROBES)
          .maximumNprobes(0)
          .refineFactor(Math.ceil(CANDIDATES / k))
  }
  const rows = await query.select(['digest', 'ordinal', '_distance']).limit(k).toArray()
  return rows.map((row) => ({
    digest: row.digest as Digest,
    ordinal: row.ordinal as number,
    distance: row._distance as number,
  }))
}

async function isNarrow(table: Table, filter: string | undefined): Promise<boolean> {
  if (!filter) return false
  const [reached, all] = await Promise.all([table.countRows(filter), table.countRows()])
  return reached <= Math.max(EXACT_ROWS, EXACT_SHARE * all)
}
