import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { settleArrivals } from '../../core/ingest/settle.ts'
import { exclusion } from '../../core/share/exclude.ts'
import { scanShare } from '../../watcher/scan-share.ts'
import { take } from '../../watcher/take.ts'
import { manualClock } from '../manual-clock.ts'
import { documents, type WatchedShare, watchedShare } from './watched-share.ts'

const { signal } = new AbortController()
const FILES = 100
const ROUNDS = 50

/** Looks at everything, and takes what seems new, as if it had long settled. */
async function round(on: WatchedShare): Promise<number> {
  const found: Parameters<typeof take>[2][] = []
  const offer = (path: (typeof found)[0]['path'], stamp: (typeof found)[0]['stamp']) =>
    found.push({ path, stamp, dueMs: 0, stillSinceMs: 0 }) > 0
  const clock = manualClock(Date.now() + 600_000)
  clock.advance(600_000)
  const ports = { ...on.ports, clock }
  await scanShare(ports, { share: on.share, last: {} }, { exclude: exclusion([]), offer, signal })
  const place = { share: on.share, root: on.folder }
  await Promise.all(found.map((each) => take(ports, place, each, signal)))
  return found.length
}

/** What grows where duplicates are made. */
async function rows(on: WatchedShare) {
  await settleArrivals(on.ports)
  const { blobs, versions } = await on.ports.catalog.blobs.usage()
  const jobs = Object.values(await on.ports.catalog.jobs.stats('all'))
  return {
    documents: (await documents(on)).length,
    versions,
    blobs,
    jobs: jobs.reduce((sum, each) => sum + each, 0),
    entries: (await on.ports.catalog.shares.entries(on.share.id, { limit: 1_000 })).length,
  }
}

it('R9 duplicates: scans without text, a failing extractor, fifty rounds; rows stay as they are', async () => {
  const on = await watchedShare({ settleMs: 0 })
  // Pictures of pages: none has a text, so none can be told from the others by it.
  for (let i = 0; i < FILES; i++) writeFileSync(join(on.folder, `scan-${i}.tif`), `II*\0${i}`)
  expect(await round(on)).toBe(FILES)
  const first = await rows(on)
  expect(first).toMatchObject({ documents: FILES, versions: FILES, blobs: FILES, entries: FILES })
  const { jobs } = on.ports.catalog
  const now = Date.now()
  for (let job = await jobs.take('w', ['probe'], 60_000, now); job; ) {
    const failure = { code: 'internal', message: 'The extractor is broken.' } as const
    await jobs.fail(job.id, 'w', failure, now)
    job = await jobs.take('w', ['probe'], 60_000, now)
  }
  for (let i = 0; i < ROUNDS; i++) {
    // Some tools touch what they sync; the content is the same.
    for (let file = i; file < FILES; file += ROUNDS) {
      utimesSync(join(on.folder, `scan-${file}.tif`), i, i)
    }
    expect(await round(on)).toBe(FILES / ROUNDS)
  }
  expect(await round(on)).toBe(0)
  expect(await rows(on)).toEqual(first)
})
