import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { AppError } from '../../core/errors.ts'
import * as first from './migrations/0001-first.ts'
import * as rules from './migrations/0002-rules.ts'
import * as shares from './migrations/0003-shares.ts'
import * as identity from './migrations/0004-identity.ts'
import * as store from './migrations/0005-store.ts'
import * as versions from './migrations/0006-versions.ts'
import * as units from './migrations/0007-units.ts'
import * as models from './migrations/0008-models.ts'
import * as spaces from './migrations/0009-spaces.ts'
import * as leaving from './migrations/0010-leaving.ts'
import * as archives from './migrations/0011-archives.ts'
import * as auditChain from './migrations/0012-audit-chain.ts'
import * as directory from './migrations/0013-directory.ts'
import * as seeAs from './migrations/0014-see-as.ts'
import * as secondStep from './migrations/0015-second-step.ts'
import * as revisions from './migrations/0016-revisions.ts'
import * as providerGrants from './migrations/0018-provider-grants.ts'
import type { Schema } from './schema.ts'

const MIGRATIONS = {
  '0001-first': first,
  '0002-rules': rules,
  '0003-shares': shares,
  '0004-identity': identity,
  '0005-store': store,
  '0006-versions': versions,
  '0007-units': units,
  '0008-models': models,
  '0009-spaces': spaces,
  '0010-leaving': leaving,
  '0011-archives': archives,
  '0012-audit-chain': auditChain,
  '0013-directory': directory,
  '0014-see-as': seeAs,
  '0015-second-step': secondStep,
  '0016-revisions': revisions,
  '0018-provider-grants': providerGrants,
}

function migratorOf(db: Kysely<Schema>): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } })
}

/**
 * Brings the catalog to the newest schema, each step in its own transaction.
 *
 * @throws AppError `unavailable` when the catalog was written by a newer version of the product
 */
export async function migrateUp(db: Kysely<Schema>): Promise<string[]> {
  const { error, results } = await migratorOf(db).migrateToLatest()
  if (error) {
    throw new AppError('unavailable', 'The catalog could not be brought to this version.', {
      cause: error,
      reason: 'MIGRATION',
    })
  }
  return (results ?? []).map((result) => result.migrationName)
}

/** Takes the newest migration back, data and all. For tests and for a way back after an upgrade. */
export async function migrateDown(db: Kysely<Schema>): Promise<void> {
  const { error } = await migratorOf(db).migrateDown()
  if (error)
    throw new AppError('unavailable', 'The migration could not be taken back.', { cause: error })
}

/** Names of the migrations that this catalog has not seen yet. */
export async function pendingMigrations(db: Kysely<Schema>): Promise<string[]> {
  const all = await migratorOf(db).getMigrations()
  return all.filter((migration) => !migration.executedAt).map((migration) => migration.name)
}
