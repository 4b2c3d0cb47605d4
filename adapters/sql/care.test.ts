import { expect, it } from 'vitest'
import { commitContent } from '../../tests/commit-content.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { digestOf } from '../../tests/possession-box.ts'
import { newVersion, seededCatalog } from '../../tests/seeded-catalog.ts'
import { sqlCare } from './care.ts'

const HOUR_MS = 3_600_000
const DAY = { graceMs: 24 * HOUR_MS, rounds: 2 }

async function box() {
  const on = await seededCatalog()
  const care = sqlCare(on.db)
  const clock = manualClock()
  const beat = () => care.beat({ boot: clock.boot(), ms: clock.monotonic() })
  const store = async (text: string) => {
    const digest = digestOf(Buffer.from(text))
    const content = { digest, sizeBytes: text.length }
    return commitContent(on.catalog.ingest, newVersion(on, content))
  }
  const forget = () => on.db.writer.deleteFrom('versions').execute()
  const refs = async () => {
    const rows = await on.db.read.selectFrom('blobs').select(['refs']).execute()
    return rows.map((row) => row.refs)
  }
  return { ...on, care, clock, beat, store, forget, refs }
}

it('B13 clock-jumps: reaps after a day of running and two rounds, whatever the time is set to', async () => {
  const on = await box()
  await on.beat()
  await on.store('once')
  await on.forget()
  await on.beat()
  const tenYearsMs = 10 * 365 * 24 * HOUR_MS
  for (const jump of [tenYearsMs, -2 * tenYearsMs]) {
    on.clock.setWall(on.clock.now() + jump)
    on.clock.advance(11 * HOUR_MS)
    await on.beat()
    expect(await on.catalog.blobs.reap(DAY, 9)).toEqual([])
  }
  on.clock.advance(2 * HOUR_MS)
  await on.beat()
  expect(await on.catalog.blobs.reap(DAY, 9)).toHaveLength(1)
})

it('counts no time between two runs of the machine, nor a steady clock that goes back', async () => {
  const { care } = await box()
  await care.beat({ boot: 'monday', ms: 50 * HOUR_MS })
  await care.beat({ boot: 'monday', ms: 51 * HOUR_MS })
  await care.beat({ boot: 'tuesday', ms: 90 * HOUR_MS })
  await care.beat({ boot: 'tuesday', ms: 10 * HOUR_MS })
  expect((await care.boxTime()).elapsedMs).toBe(HOUR_MS)
  await care.beat({ boot: 'tuesday', ms: 12 * HOUR_MS })
  expect(await care.boxTime()).toEqual({ elapsedMs: 3 * HOUR_MS, round: 2 })
})

it('sees idle bytes in two rounds before it takes them, however long the grace was over', async () => {
  const on = await box()
  await on.beat()
  await on.store('once')
  await on.forget()
  on.clock.advance(48 * HOUR_MS)
  await on.beat()
  expect(await on.catalog.blobs.reap({ graceMs: 0, rounds: 2 }, 9)).toEqual([])
  await on.beat()
  expect(await on.catalog.blobs.reap({ graceMs: 0, rounds: 2 }, 9)).toEqual([])
  on.clock.advance(HOUR_MS)
  await on.beat()
  expect(await on.catalog.blobs.reap({ graceMs: 0, rounds: 2 }, 9)).toHaveLength(1)
})

it('keeps what a running job reads, and begins its grace when the job is over', async () => {
  const on = await box()
  await on.beat()
  await on.store('read by a job')
  const job = await on.catalog.jobs.take('w', ['probe'], HOUR_MS, Date.now())
  expect(await on.refs()).toEqual([2])
  await on.forget()
  on.clock.advance(48 * HOUR_MS)
  await on.beat()
  expect(await on.catalog.blobs.reap({ graceMs: 0, rounds: 1 }, 9)).toEqual([])
  expect(await on.catalog.blobs.wrongCounts()).toEqual([])

  await on.catalog.jobs.fail(job?.id ?? '', 'w', { code: 'internal', message: 'No.' }, Date.now())
  expect(await on.refs()).toEqual([0])
  await on.beat()
  expect(await on.catalog.blobs.reap(DAY, 9)).toEqual([])
  expect(await on.catalog.blobs.reap({ graceMs: 0, rounds: 1 }, 9)).toHaveLength(1)
})

it('removes nothing while somebody holds the store, and does when the hold has run out', async () => {
  const on = await box()
  await on.store('once')
  await on.forget()
  await on.beat()
  const none = { graceMs: 0, rounds: 1 }
  await on.care.hold({ id: 'backup', note: 'nightly', forMs: 2 * HOUR_MS }, 7)
  expect(await on.catalog.blobs.mayRemove()).toBe(false)
  expect(await on.catalog.blobs.reap(none, 9)).toEqual([])
  on.clock.advance(HOUR_MS)
  await on.beat()
  const hold = { id: 'backup', note: 'nightly', createdAt: 7, leftMs: HOUR_MS }
  expect(await on.care.holds()).toEqual([hold])
  on.clock.advance(2 * HOUR_MS)
  await on.beat()
  expect(await on.care.holds()).toEqual([])
  expect(await on.catalog.blobs.reap(none, 9)).toHaveLength(1)
  expect(await on.care.release('backup')).toBe(false)
})

it('lets nobody move a lease or lower a count below nothing', async () => {
  const on = await box()
  await on.store('once')
  await on.store('twice')
  await on.catalog.jobs.take('w', ['probe'], HOUR_MS, Date.now())
  const move = on.db.writer.updateTable('leases').set({ blob_id: 2 }).execute()
  await expect(move).rejects.toThrow('a lease never changes its content')
  const lower = on.db.writer.updateTable('blobs').set({ refs: -1 }).execute()
  await expect(lower).rejects.toThrow('CHECK constraint failed')
  await expect(on.db.writer.deleteFrom('blobs').execute()).rejects.toThrow('FOREIGN KEY')
})
