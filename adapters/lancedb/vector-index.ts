import { type Connection, connect, Session, type Table } from '@lancedb/lancedb'
import type { Digest } from '../../core/digest.ts'
import type { Space, SpaceVectors, VectorIndex } from '../../core/ports/index.ts'
import { assertOfSpace } from '../../core/search/same-space.ts'
import { digestExcept, digestIs, idList } from './filter.ts'
import { isScattered, maintain } from './maintain.ts'
import { countedReach, nearest, type Reach } from './nearest.ts'
import { type Content, schemaOf, tableOf } from './rows.ts'

/** How old a reader's view may be: what another process commits is seen after this. */
const CONSISTENCY_SECONDS = 1
const MIB = 2n ** 20n
const INDEX_CACHE_BYTES = 256n * MIB
const METADATA_CACHE_BYTES = 64n * MIB

/** More spaces than anybody keeps. */
const MOST_TABLES = 1_000

/**
 * Vectors in LanceDB, a table per space, made with the first row. Holds no text.
 *
 * @param uri folder of the index; other processes may write to it at the same time
 */
export async function lancedbVectorIndex({ uri }: { uri: string }): Promise<VectorIndex> {
  const session = new Session(INDEX_CACHE_BYTES, METADATA_CACHE_BYTES)
  const db = await connect(uri, { readConsistencyInterval: CONSISTENCY_SECONDS }, session)
  const tables = tableKeeper(db)
  const inTurn = queue()
  const reach = countedReach()
  /** One table after the other: each takes all of a processor for a moment. */
  const inEach = async (work: (table: Table) => Promise<unknown>) => {
    for (const table of await tables.all()) await work(table)
  }
  return {
    of: (space) => spaceVectors(space, { tables, inTurn, reach }),
    setPlaces: (digest, placeIds) =>
      inTurn(() => inEach((table) => writePlaces(table, digest, placeIds))),
    remove: (digest) =>
      inTurn(async () => {
        const where = digestIs(digest)
        await inEach((table) => table.delete(where))
      }),
    drop: (spaceId) => inTurn(() => tables.drop(spaceId)),
    async count() {
      let rows = 0
      await inEach(async (table) => {
        rows += await table.countRows()
      })
      return rows
    },
    optimize: () => inTurn(() => inEach(maintain)),
    close: () =>
      inTurn(async () => {
        tables.close()
        db.close()
      }),
  }
}

/** What all spaces of an index have in common. */
interface Shared {
  tables: ReturnType<typeof tableKeeper>
  inTurn: ReturnType<typeof queue>
  reach: Reach
}

function spaceVectors(space: Space, { tables, inTurn, reach }: Shared): SpaceVectors {
  return {
    upsert: (digest, rows, placeIds) =>
      inTurn(async () => {
        assertOfSpace(
          space,
          rows.map(({ vector }) => vector),
        )
        const table = await tables.made(space)
        const telling = rows.filter(({ vector }) => vector.some((value) => value !== 0))
        await replaceRows(table, { dimension: space.dimension, digest, rows: telling, placeIds })
        if (await isScattered(table)) await maintain(table)
      }),

    query: async (vector, placeIds, k) => {
      assertOfSpace(space, [vector])
      const table = await tables.open(space.id)
      if (!table || placeIds.length === 0) return []
      try {
        return await nearest(table, { vector, placeIds, k }, reach)
      } catch (cause) {
        // Another process may have dropped the table and made it again: it is opened anew.
        tables.forget(space.id)
        throw cause
      }
    },

    count: async () => (await (await tables.open(space.id))?.countRows()) ?? 0,
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
 * The tables: opened when they are there, made when something is to be written. Making is not atomic
 * in the engine, two at once may overwrite what one has written: so it is done in turn, and only by
 * the worker, which is the one that has rows.
 */
function tableKeeper(db: Connection) {
  const kept = new Map<string, Table>()
  /** Asked each time: another process may have made one, or dropped it. */
  const names = () => db.tableNames({ limit: MOST_TABLES })
  const forget = (name: string) => {
    kept.get(name)?.close()
    kept.delete(name)
  }
  const open = async (name: string): Promise<Table | undefined> => {
    if (!kept.has(name) && (await names()).includes(name)) kept.set(name, await db.openTable(name))
    return kept.get(name)
  }
  return {
    open,
    forget,
    async all(): Promise<Table[]> {
      const there = await names()
      for (const name of kept.keys()) if (!there.includes(name)) forget(name)
      const tables = await Promise.all(there.map(open))
      return tables.filter((table) => table !== undefined)
    },
    async made({ id, dimension }: Space): Promise<Table> {
      const table = (await open(id)) ?? (await db.createEmptyTable(id, schemaOf(dimension)))
      kept.set(id, table)
      return table
    },
    async drop(name: string): Promise<void> {
      forget(name)
      if ((await names()).includes(name)) await db.dropTable(name)
    },
    close() {
      for (const name of kept.keys()) forget(name)
    },
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
