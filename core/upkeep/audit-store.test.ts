import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { copiesWorld, DAY_MS } from '../../tests/copies-world.ts'
import { newTraceId } from '../ids.ts'
import { auditStore } from './audit-store.ts'
import { sweep } from './sweep.ts'
import { verify } from './verify.ts'

const TIMES = { graceMs: 0, trashMs: DAY_MS, uploadMs: DAY_MS, endedUploadMs: DAY_MS }
const problemsOf = async (on: Awaited<ReturnType<typeof copiesWorld>>) =>
  (await auditStore(on.ports)).flatMap((step) => step.problems)

async function removeForGood(on: Awaited<ReturnType<typeof copiesWorld>>, documentId: string) {
  const by = { userId: on.userId, traceId: newTraceId(), now: on.clock.now() }
  await on.catalog.library.trash('all', documentId, by)
  await on.catalog.library.purge('all', documentId, by)
}

it('B7 refcount-audit: finds a count that is wrong, stops reaping, tells, and removes nothing', async () => {
  const on = await copiesWorld()
  const { version } = await on.store('counted')
  const { documentId } = await on.store('idle')
  await removeForGood(on, documentId)
  expect(await problemsOf(on)).toEqual([])

  const counted = on.db.writer.updateTable('blobs').where('digest', '=', version.digest)
  await counted.set({ refs: 0, zero_since: 1 }).execute()
  expect(await problemsOf(on)).toEqual([expect.stringContaining('counted 0, found 1')])
  expect(await on.catalog.care.alarms()).toMatchObject([{ kind: 'mismatch' }])
  expect((await sweep(on.ports, TIMES)).blobsReaped).toBe(0)
  expect(await on.catalog.blobs.live(version.digest)).toBeDefined()
  const entries = await on.db.read.selectFrom('audit').select('action').execute()
  expect(entries.filter(({ action }) => action === 'store.alarm')).toHaveLength(1)

  // Right again by hand: only a look by a person lets the reaper go on.
  await counted.set({ refs: 1, zero_since: null }).execute()
  expect(await problemsOf(on)).toEqual([])
  expect((await sweep(on.ports, TIMES)).blobsReaped).toBe(0)
  await verify(on.ports)
  expect(await on.catalog.care.alarms()).toEqual([])
  expect((await sweep(on.ports, TIMES)).blobsReaped).toBe(1)
})

it('B7 refcount-audit: tells of a file that no row knows and of a row that has no file', async () => {
  const on = await copiesWorld()
  const { version } = await on.store('gone')
  await rm(await on.pathOf(version.digest), { force: true })
  const foreign = join(on.root, 'blobs', '00', `${'0'.repeat(64)}.${'0'.repeat(26)}`)
  await writeFile(foreign, 'who?')
  expect(await problemsOf(on)).toEqual([
    expect.stringContaining('a file that no row knows'),
    expect.stringContaining('the file is missing'),
  ])
  expect(await on.catalog.copies.damaged()).toBe(1)

  // The same bytes heal it; the foreign file is a person's to take away.
  await on.store('gone')
  expect(await problemsOf(on)).toEqual([expect.stringContaining('a file that no row knows')])
  await rm(foreign)
  await verify(on.ports)
  expect(await on.catalog.care.alarms()).toEqual([])
})
