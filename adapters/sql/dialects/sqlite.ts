import Sqlite from 'better-sqlite3'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  SqliteDialect,
  SqliteDriver,
} from 'kysely'
import { forgetfulRing } from '../../../core/audit/ring.ts'
import type { KeyRing } from '../../../core/ports/index.ts'
import { registerSeal } from './audit-seal.ts'
import { registerFunctions } from './functions.ts'
import { assertSettings, type SqliteSettings } from './sqlite-guard.ts'

const MAX_STATEMENTS = 400
/**
 * How long a statement waits for another process inside SQLite, where the whole process stands still.
 * Writers wait outside (write-queue.ts); readers wait only while one recovers after a crash.
 */
const WAIT_MS = { write: 20, read: 10_000 }

/**
 * Opens the catalog file for writing or reading. Writers commit with `synchronous=FULL`, which the
 * driver would leave at NORMAL: measured to lose acknowledged uploads in power cuts.
 *
 * @param ring what audit entries are sealed with
 * @throws AppError `unavailable` when the library is too old or a setting did not take
 */
export function openSqlite(
  path: string,
  mode: 'write' | 'read',
  ring: KeyRing = forgetfulRing(),
): Sqlite.Database {
  const database = new Sqlite(path, { timeout: WAIT_MS.read })
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  database.pragma('secure_delete = ON')
  database.pragma('temp_store = MEMORY')
  if (mode === 'read') database.pragma('query_only = ON')
  assertSettings(settingsOf(database))
  database.pragma(`busy_timeout = ${WAIT_MS[mode]}`)
  registerFunctions(database)
  if (mode === 'write') registerSeal(database, ring)
  return cachingStatements(database)
}

/** A Kysely dialect whose transactions take the write lock at once instead of failing later. */
export class ImmediateSqliteDialect extends SqliteDialect {
  readonly #database: Sqlite.Database

  constructor(database: Sqlite.Database) {
    super({ database })
    this.#database = database
  }

  override createDriver(): Driver {
    return new ImmediateSqliteDriver(this.#database)
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  readonly #database: Sqlite.Database

  constructor(database: Sqlite.Database) {
    super({ database })
    this.#database = database
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  /** SQLite itself rolls back when the disk is full; asking again would hide why. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection)
  }
}

function settingsOf(database: Sqlite.Database): SqliteSettings {
  return {
    version: String(database.prepare('select sqlite_version() as v').pluck().get()),
    journal: database.memory ? 'memory' : String(database.pragma('journal_mode', { simple: true })),
    synchronous: Number(database.pragma('synchronous', { simple: true })),
    foreignKeys: Number(database.pragma('foreign_keys', { simple: true })),
  }
}

/** Keeps compiled statements by their text: preparing costs several times the query itself. */
function cachingStatements(database: Sqlite.Database): Sqlite.Database {
  const prepared = new Map<string, Sqlite.Statement>()
  const prepare = database.prepare.bind(database)
  database.prepare = ((source: string) => {
    const known = prepared.get(source)
    if (known) {
      prepared.delete(source)
      prepared.set(source, known)
      return known
    }
    const statement = prepare(source)
    prepared.set(source, statement)
    if (prepared.size > MAX_STATEMENTS) prepared.delete(prepared.keys().next().value ?? '')
    return statement
  }) as typeof database.prepare
  return database
}
