import { expect, it, onTestFinished } from 'vitest'
import type { Digest } from '../../core/digest.ts'
import { sharesContract } from '../../tests/contracts/shares.ts'
import { migratedCatalog } from '../../tests/migrated-catalog.ts'
import { plansOf } from '../../tests/statement-plans.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { openDatabase } from './database.ts'
import { sqlIngest } from './ingest.ts'
import { sqlJobs } from './jobs.ts'
import { sqlJournal } from './journal.ts'
import { sqlLibrary } from './library.ts'
import { sqlPeople } from './people.ts'
import { sqlShares } from './shares.ts'

sharesContract('SQLite', async () => {
  const db = openDatabase(await migratedCatalog(await temporaryFolder()))
  onTestFinished(() => db.close())
  return {
    ingest: sqlIngest(db, testKeys),
    jobs: sqlJobs(db),
    journal: sqlJournal(db),
    library: sqlLibrary(db),
    people: sqlPeople(db),
    shares: sqlShares(db),
  }
})

it('looks a file that moved up by an index, however many files there are', async () => {
  const db = openDatabase(await migratedCatalog(await temporaryFolder()))
  onTestFinished(() => db.close())
  const { origins } = sqlShares(db)
  const digest = 'a'.repeat(64) as Digest
  const plans = await plansOf(db, async () => {
    await origins('share', { inode: '1', generation: '2' }, 8)
    await origins('share', { digest, since: 0, chapterId: 'chapter' }, 8)
  })
  expect(plans.map(({ plan }) => /SCAN e\b/.test(plan))).toEqual([false, false])
  expect(plans[0]?.plan).toContain('share_entries_file')
})
