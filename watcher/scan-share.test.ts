import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { exclusion } from '../core/share/exclude.ts'
import type { RawPath } from '../core/share/raw-path.ts'
import type { Stamp } from '../core/share/stamp.ts'
import { type WatchedShare, watchedShare } from '../tests/flows/watched-share.ts'
import { type ShareMemory, scanShare } from './scan-share.ts'
import { take } from './take.ts'

const { signal } = new AbortController()

interface Change {
  exclude?: readonly string[]
  last?: ShareMemory
  /** Runs while the scan is under way, when it meets a new file. */
  meanwhile?: (path: RawPath) => void
}

async function scan(on: WatchedShare, { exclude = [], last = {}, meanwhile }: Change = {}) {
  const offered = new Map<RawPath, Stamp>()
  const result = await scanShare(
    on.ports,
    { share: on.share, last },
    {
      exclude: exclusion(exclude),
      signal,
      offer(path, stamp) {
        meanwhile?.(path)
        offered.set(path, stamp)
        return offered.size < 10
      },
    },
  )
  return { ...result, offered }
}

/** Scans and stores everything it finds, as if it had long settled. */
async function store(on: WatchedShare) {
  const result = await scan(on)
  const place = { share: { ...on.share, settleMs: 0 }, root: on.folder }
  for (const [path, stamp] of result.offered) {
    await take(on.ports, place, { path, stamp, dueMs: 0, stillSinceMs: 0 }, signal)
  }
  return result
}

const write = (on: WatchedShare, ...names: string[]) => {
  for (const name of names) writeFileSync(join(on.folder, name), name)
}

it('offers what is new, and nothing that is known', async () => {
  const on = await watchedShare()
  write(on, 'a', 'b', 'c')
  expect((await store(on)).changed).toBe(3)
  write(on, 'd')
  const again = await scan(on)
  expect([[...again.offered.keys()], again.seen]).toEqual([['d'], 4])
})

it('says when there was no room for all', async () => {
  const on = await watchedShare()
  write(on, ...Array.from({ length: 12 }, (_, i) => `${i}`))
  expect(await scan(on)).toMatchObject({ changed: 12, isCut: true })
})

it('does not mark a file that comes back while it scans', async () => {
  const on = await watchedShare()
  write(on, 'a', 'z')
  await store(on)
  rmSync(join(on.folder, 'z'))
  write(on, 'b')
  const result = await scan(on, { meanwhile: () => write(on, 'z') })
  expect([result.missing, result.outage]).toEqual([0, undefined])
})

it('marks nothing when the folder is unmounted while it scans', async () => {
  const on = await watchedShare()
  write(on, 'a', 'y', 'z')
  await store(on)
  write(on, 'b')
  const unmount = () => {
    renameSync(on.folder, join(on.root, 'gone'))
    mkdirSync(on.folder)
  }
  const result = await scan(on, { meanwhile: unmount })
  expect([result.missing, result.outage]).toEqual([
    0,
    { isStrange: true, message: expect.stringMatching('was replaced') },
  ])
})

it('rejects when the folder goes away while it scans', async () => {
  const on = await watchedShare()
  write(on, 'a', 'z')
  await store(on)
  write(on, 'b')
  const gone = scan(on, { meanwhile: () => renameSync(on.folder, join(on.root, 'gone')) })
  await expect(gone).rejects.toMatchObject({ code: 'ENOENT' })
  expect((await on.ports.catalog.shares.counts(on.share.id)).missing).toBe(0)
})

it('leaves alone what is excluded from now on, though it is not looked at any more', async () => {
  const on = await watchedShare()
  write(on, 'a.bak', 'b')
  await store(on)
  expect(await scan(on, { exclude: ['*.bak'] })).toMatchObject({ seen: 1, missing: 0 })
})

it('forgets the record of what was never a document when it is gone', async () => {
  const on = await watchedShare()
  mkdirSync(join(on.folder, 'sub'))
  const entry = { shareId: on.share.id, attempts: 1, updatedAt: 0, state: 'failed' as const }
  const stamp = { device: '', inode: '', generation: '', sizeBytes: 0, mtimeNs: '0', ctimeNs: '0' }
  const paths = ['sub/', 'link'].map((path) => Buffer.from(path))
  await on.ports.catalog.shares.putEntries(paths.map((path) => ({ ...entry, ...stamp, path })))
  const first = await scan(on, { last: { root: 'unknown' } })
  expect(first.outage?.message).toMatch('empty')
  write(on, 'a')
  await scan(on)
  expect(await on.ports.catalog.shares.entries(on.share.id, { limit: 9 })).toEqual([])
})
