import { existsSync } from 'node:fs'
import { Kysely } from 'kysely'
import { notFound } from '../../core/errors.ts'
import type { Journal } from '../../core/ports/index.ts'
import { sqlChain } from './audit-rows.ts'
import { ImmediateSqliteDialect, openSqlite } from './dialects/sqlite.ts'
import type { Schema } from './schema.ts'

/**
 * The audit in a catalog file, without a key and without a way to write. The box may be stopped.
 *
 * @throws AppError `not_found` when there is no such file
 */
export function sqlAuditFile(
  path: string,
): Pick<Journal, 'sealed' | 'auditHead'> & { close(): Promise<void> } {
  if (!existsSync(path)) throw notFound()
  const database = openSqlite(path, 'read')
  const read = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(database) })
  return {
    ...sqlChain({ read }),
    async close() {
      await read.destroy()
      database.close()
    },
  }
}
