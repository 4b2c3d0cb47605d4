import { Kysely, type Transaction } from 'kysely'
import { ImmediateSqliteDialect, openSqlite } from './dialects/sqlite.ts'
import type { Schema } from './schema.ts'
import { writeQueue } from './write-queue.ts'

/** A transaction of the catalog. Nothing but catalog statements may be awaited inside one. */
export type Tx = Transaction<Schema>

/** The two connections of the catalog: one that writes, one that only reads. */
export interface Database {
  read: Kysely<Schema>
  /**
   * Runs `work` in one immediate transaction, durable on return. It may run again when its first run
   * was not kept, so it changes nothing but the catalog.
   *
   * @throws AppError `storage_full`, `unavailable` (reason `CATALOG_BUSY`); nothing was written then
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  writer: Kysely<Schema>
  close(): Promise<void>
}

export function openDatabase(path: string): Database {
  const writer = new Kysely<Schema>({
    dialect: new ImmediateSqliteDialect(openSqlite(path, 'write')),
  })
  const read = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(openSqlite(path, 'read')) })
  return {
    read,
    writer,
    write: writeQueue(writer),
    async close() {
      await read.destroy()
      await writer.destroy()
    },
  }
}
