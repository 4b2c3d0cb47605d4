// One of several processes that write the same catalog: tells its parent how much was acknowledged.
import { openDatabase } from '../../adapters/sql/database.ts'
import { sqlSettings } from '../../adapters/sql/settings.ts'

const [path = '', name = '', forMs = '0'] = process.argv.slice(2)
const db = openDatabase(path)
const settings = sqlSettings(db)
const endsMs = performance.now() + Number(forMs)
let acknowledged = 0
while (performance.now() < endsMs) {
  const batch = Array.from({ length: 8 }, (_, i) => `wal ${name} ${acknowledged + i}`)
  await Promise.all(batch.map((key) => settings.put(key, 'x'.repeat(2_000))))
  acknowledged += batch.length
}
await db.close()
process.send?.(acknowledged)
process.disconnect()
