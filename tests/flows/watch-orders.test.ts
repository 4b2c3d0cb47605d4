import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { newTraceId } from '../../core/ids.ts'
import type { ShareOrder } from '../../core/ports/index.ts'
import {
  paths,
  scanned,
  start,
  status,
  until,
  type WatchedShare,
  watchedShare,
} from './watched-share.ts'

/** A window that is closed for hours, whatever time it is. */
const closed = () => {
  const hour = new Date().getHours()
  return { from: ((hour + 3) % 24) * 60, to: ((hour + 4) % 24) * 60 }
}

const ask = ({ ports, share, place }: WatchedShare, what: ShareOrder) =>
  ports.catalog.shares.order(share.id, what, {
    userId: place.userId,
    traceId: newTraceId(),
    now: Date.now(),
  })

it('scans only at its time of day, but for the first time and when it is asked to', async () => {
  const on = await watchedShare({ scanWindow: closed(), settleMs: 0 })
  writeFileSync(join(on.folder, 'a.txt'), 'a')
  start(on, { listens: false, scanIntervalMs: 100 })
  await until('the first is there', async () => (await paths(on)).length === 1)
  await until('the scan is told', async () => (await status(on))?.lastScanAt !== undefined)
  const before = (await status(on))?.lastScanAt
  writeFileSync(join(on.folder, 'b.txt'), 'b')
  await on.ports.clock.sleep(1_000)
  expect((await status(on))?.lastScanAt).toBe(before)
  await ask(on, 'scan')
  await until('the second is there', async () => (await paths(on)).length === 2)
  expect(await on.ports.catalog.shares.orders()).toEqual([])
})

it('says what a scan would do, and does none of it', async () => {
  const on = await watchedShare({ include: ['*.txt'], scanWindow: closed(), settleMs: 0 })
  for (const name of ['same', 'edited', 'gone']) writeFileSync(join(on.folder, `${name}.txt`), name)
  start(on, { listens: false, scanIntervalMs: 100 })
  await until('all are there', async () => (await paths(on)).length === 3)
  await until('nothing waits', async () => (await status(on))?.files === 3)
  writeFileSync(join(on.folder, 'edited.txt'), 'edited again')
  writeFileSync(join(on.folder, 'new.txt'), '12345')
  writeFileSync(join(on.folder, 'not wanted.pdf'), '')
  mkdirSync(join(on.folder, 'link.txt.d'))
  rmSync(join(on.folder, 'gone.txt'))
  await ask(on, 'dry_run')
  const reported = () => on.ports.catalog.shares.dryRun(on.share.id)
  await until('it is told', async () => (await reported()) !== undefined)
  expect(await reported()).toMatchObject({
    counts: { new: 1, changed: 1, move: 0, unchanged: 1, missing: 1, refused: 0 },
    bytes: 17,
    items: [
      { path: 'edited.txt', kind: 'changed' },
      { path: 'gone.txt', kind: 'missing' },
      { path: 'new.txt', kind: 'new' },
    ],
  })
  expect(await paths(on)).toEqual(['edited.txt', 'gone.txt', 'same.txt'])
  expect((await status(on))?.missing).toBe(0)
})

it('takes an interval of its own for a share', async () => {
  const on = await watchedShare({ scanEveryMs: 100, settleMs: 0 })
  start(on, { listens: false, scanIntervalMs: 3_600_000 })
  await scanned(on)
  writeFileSync(join(on.folder, 'a.txt'), 'a')
  await until('it is there', async () => (await paths(on)).length === 1)
})
