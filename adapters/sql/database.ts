import { dirname } from 'node:path'
import type Sqlite from 'better-sqlite3'
import { Kysely, type Transaction } from 'kysely'
import type { KeyRing } from '../../core/ports/index.ts'
import { ImmediateSqliteDialect, openSqlite } from './dialects/sqlite.ts'
import { hasNoRoom } from './room.ts'
import type { Schema } from './schema.ts'
import { refuseWrites, writeQueue } from './write-queue.ts'

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

/** What becomes of the catalog when its disk does not do its part. */
export interface DiskTrouble {
  /** Makes room when the disk is full; the write is tried once more when it says that there is some. */
  onFull?(): Promise<boolean>
  /**
   * Whether a write failed because there is no room, such as by a quota, which SQLite does not tell from
   * a failing disk.
   */
  hasNoRoom?(): Promise<boolean>
  /**
   * The disk did not take what was written, or did not keep it. Nothing may be written after it, as
   * nobody knows what the file is now; it is not expected to return.
   */
  onFailure?(cause: unknown): void
  /** Why nothing may be written at all. */
  readOnly?: string
}

/** How a catalog is opened. */
export interface CatalogOptions extends DiskTrouble {
  /** What audit entries are sealed with; absent for a catalog that nobody has to believe later. */
  ring?: KeyRing
}

export function openDatabase(path: string, options: CatalogOptions = {}): Database {
  const { ring, ...trouble } = options
  const [writing, reading] = openBoth(path, ring)
  const writer = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(writing) })
  const read = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(reading) })
  return {
    read,
    writer,
    write:
      trouble.readOnly === undefined
        ? writeQueue(writer, { hasNoRoom: () => hasNoRoom(dirname(path)), ...trouble })
        : refuseWrites(trouble.readOnly),
    async close() {
      // Kysely closes only what it has used.
      await read.destroy()
      await writer.destroy()
      for (const each of [reading, writing]) each.close()
    },
  }
}

/** The connection that writes, and the one that reads; none stays open when there are not both. */
function openBoth(path: string, ring?: KeyRing): [Sqlite.Database, Sqlite.Database] {
  const writing = openSqlite(path, 'write', ring)
  try {
    return [writing, openSqlite(path, 'read')]
  } catch (cause) {
    writing.close()
    throw cause
  }
}
