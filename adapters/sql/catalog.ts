import { sql } from 'kysely'
import type { Keys } from '../../core/keys.ts'
import type { Catalog } from '../../core/ports/index.ts'
import { sqlArchives } from './archives.ts'
import { sqlBlobs } from './blobs.ts'
import { sqlCare } from './care.ts'
import { sqlCopies } from './copies.ts'
import { type CatalogOptions, openDatabase } from './database.ts'
import { sqlDerivations } from './derivations.ts'
import { sqlDirectories } from './directories.ts'
import { sqlHistory } from './history.ts'
import { sqlHolders } from './holders.ts'
import { sqlIngest } from './ingest.ts'
import { sqlInside } from './inside.ts'
import { sqlJobs } from './jobs.ts'
import { sqlJournal } from './journal.ts'
import { sqlLeaving } from './leaving.ts'
import { sqlLibrary } from './library.ts'
import { migrateUp, pendingMigrations } from './migrate.ts'
import { sqlModelWork } from './model-work.ts'
import { sqlNear } from './near.ts'
import { sqlPassages } from './passages.ts'
import { sqlPeople } from './people.ts'
import { sqlPossession } from './possession.ts'
import { sqlProbers } from './probers.ts'
import { NO_QUOTA, type QuotaRule } from './quota.ts'
import { reservedPaths } from './reserved.ts'
import { sqlSecondSteps } from './second-steps.ts'
import { sqlSettings } from './settings.ts'
import { sqlShares } from './shares.ts'
import { sqlSpaces } from './spaces.ts'
import { sqlUnits } from './units.ts'
import { sqlUnread } from './unread.ts'
import { sqlUploads } from './uploads.ts'

/** The catalog in one SQLite file, with what only its keeper may do to it. */
export interface SqlCatalog extends Catalog {
  /** Brings the schema up to date; returns the names of the migrations that ran. */
  migrate(): Promise<string[]>
  /** Names of migrations still to run. */
  pending(): Promise<string[]>
}

/** Opens the catalog at `path`, made when it is not there. Does not migrate. */
export function sqlCatalog(
  path: string,
  keys: Keys,
  quota: QuotaRule = NO_QUOTA,
  options: CatalogOptions = {},
): SqlCatalog {
  const db = openDatabase(path, options)
  const reserved = reservedPaths()
  return {
    people: sqlPeople(db, quota),
    library: sqlLibrary(db),
    leaving: sqlLeaving(db),
    ingest: sqlIngest(db, keys, { quota, reserved }),
    blobs: sqlBlobs(db, keys),
    archives: sqlArchives(db),
    care: sqlCare(db),
    copies: sqlCopies(db),
    directories: sqlDirectories(db, keys),
    history: sqlHistory(db),
    holders: sqlHolders(db),
    inside: sqlInside(db),
    probers: sqlProbers(db),
    possession: sqlPossession(db, keys, quota),
    uploads: sqlUploads(db, reserved),
    jobs: sqlJobs(db),
    derivations: sqlDerivations(db),
    passages: sqlPassages(db),
    near: sqlNear(db),
    shares: sqlShares(db),
    modelWork: sqlModelWork(db),
    spaces: sqlSpaces(db),
    units: sqlUnits(db),
    unread: sqlUnread(db),
    journal: sqlJournal(db),
    secondSteps: sqlSecondSteps(db),
    settings: sqlSettings(db),
    migrate: () => migrateUp(db.writer),
    pending: () => pendingMigrations(db.writer),
    check: () =>
      db.write(async (tx) => {
        await sql`insert into settings (key, value) values ('checked', '')
          on conflict (key) do nothing`.execute(tx)
      }),
    close: () => db.close(),
  }
}
