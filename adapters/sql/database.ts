import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, type Transaction } from 'kysely'
import { AppError, hasSystemCode } from '../../core/errors.ts'
import { ImmediateSqliteDialect, openSqlite } from './dialects/sqlite.ts'
import type { Schema } from './schema.ts'

/** A transaction of the catalog. Nothing but catalog statements may be awaited inside one. */
export type Tx = Transaction<Schema>

/** The two connections of the catalog: one that writes, one that only reads. */
export interface Database {
  read: Kysely<Schema>
  /** Runs `work` in one immediate transaction, again (with jitter) when the lock was not to be had. */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  writer: Kysely<Schema>
  close(): Promise<void>
}

const TRIES = 8

export function openDatabase(path: string): Database {
  const writer = new Kysely<Schema>({
    dialect: new ImmediateSqliteDialect(openSqlite(path, 'write')),
  })
  const read = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(openSqlite(path, 'read')) })
  return {
    read,
    writer,
    write: (work) => retrying(() => writer.transaction().execute(work)),
    async close() {
      await read.destroy()
      await writer.destroy()
    },
  }
}

async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (cause) {
      if (hasSystemCode(cause, 'SQLITE_FULL')) {
        throw new AppError(
          'storage_full',
          'The disk is full. Ask your administrator to make room.',
          { cause },
        )
      }
      if (!isBusy(cause) || attempt === TRIES) throw cause
      await sleep(Math.random() * 25 * 2 ** attempt)
    }
  }
}

const isBusy = (error: unknown) =>
  hasSystemCode(error, 'SQLITE_BUSY') || hasSystemCode(error, 'SQLITE_BUSY_SNAPSHOT')
