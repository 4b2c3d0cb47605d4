import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { sharesContract } from '../../tests/contracts/shares.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { openDatabase } from './database.ts'
import { sqlIngest } from './ingest.ts'
import { sqlJobs } from './jobs.ts'
import { sqlJournal } from './journal.ts'
import { sqlLibrary } from './library.ts'
import { migrateUp } from './migrate.ts'
import { sqlPeople } from './people.ts'
import { sqlShares } from './shares.ts'

sharesContract('SQLite', async () => {
  const db = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(() => db.close())
  await migrateUp(db.writer)
  return {
    ingest: sqlIngest(db, testKeys),
    jobs: sqlJobs(db),
    journal: sqlJournal(db),
    library: sqlLibrary(db),
    people: sqlPeople(db),
    shares: sqlShares(db),
  }
})
