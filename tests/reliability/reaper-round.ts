// A round of the reaper in a process of its own, which may have been told another time.
import { sqlBlobs } from '../../adapters/sql/blobs.ts'
import { sqlCare } from '../../adapters/sql/care.ts'
import { openDatabase } from '../../adapters/sql/database.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { testKeys } from '../test-keys.ts'

const db = openDatabase(process.argv[2] ?? '')
const clock = systemClock
await sqlCare(db).beat({ boot: clock.boot(), ms: clock.monotonic() })
const reaped = await sqlBlobs(db, testKeys).reap({ graceMs: 24 * 60 * 60_000, rounds: 2 }, 9)
console.log(JSON.stringify({ year: new Date(clock.now()).getFullYear(), reaped }))
await db.close()
