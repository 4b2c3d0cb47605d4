import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { AppError } from '../core/errors.ts'
import { rawPathOfText } from '../core/share/raw-path.ts'
import { contents, watchedShare } from '../tests/flows/watched-share.ts'
import { manualClock } from '../tests/manual-clock.ts'
import { glance, shareWatch } from './share-watch.ts'
import { nextOf, takeOne } from './take-one.ts'

const { signal } = new AbortController()

/** A share whose store fails as long as `failure` says so. */
async function opened() {
  const on = await watchedShare()
  const clock = manualClock(Date.now() + 60_000)
  const store = { failure: undefined as Error | undefined }
  const blobs = {
    ...on.ports.blobs,
    stage: async (source: AsyncIterable<Uint8Array>) => {
      if (store.failure) throw store.failure
      return on.ports.blobs.stage(source)
    },
  }
  const ports = { ...on.ports, blobs, clock }
  const watch = shareWatch(ports, on.share, { scanIntervalMs: 1_000, listens: false })
  watch.root = on.folder
  const status = async () => {
    clock.advance(1_000)
    await watch.board.report(watch.room.size())
    return (await on.ports.catalog.shares.statuses())[0]
  }
  const hear = (name: string) => {
    writeFileSync(join(on.folder, name), name)
    glance(watch, rawPathOfText(name))
    clock.advance(on.share.settleMs)
  }
  const takeNext = async () => {
    const candidate = nextOf(watch)
    if (candidate) await takeOne(watch, candidate, signal)
    return candidate !== undefined
  }
  return { ...on, watch, clock, store, status, hear, takeNext }
}

it('waits when the disk is full, says so once, and blames no file', async () => {
  const on = await opened()
  on.store.failure = new AppError('storage_full', 'full')
  on.hear('a.txt')
  expect(await on.takeNext()).toBe(true)
  expect(await on.takeNext()).toBe(false)
  expect(await on.status()).toMatchObject({
    failed: 0,
    pending: 1,
    error: expect.stringMatching('disk of Onefold is full'),
  })
  on.clock.advance(2_000)
  on.store.failure = undefined
  expect(await on.takeNext()).toBe(true)
  expect(await contents(on, 'a.txt')).toEqual(['a.txt'])
  expect((await on.status())?.error).toBeUndefined()
  expect(on.lines).toHaveLength(1)
})

it('waits longer each time', async () => {
  const on = await opened()
  on.store.failure = new Error('disk on fire')
  on.hear('a.txt')
  for (const pauseMs of [2_000, 4_000, 8_000]) {
    expect(await on.takeNext()).toBe(true)
    on.clock.advance(pauseMs - 1)
    expect(await on.takeNext()).toBe(false)
    on.clock.advance(1)
  }
  expect((await on.status())?.error).toMatch(/could not be stored/)
})

it('says that the chapter is gone, whatever the file', async () => {
  const on = await opened()
  on.store.failure = new AppError('not_found', 'There is nothing here.')
  on.hear('a.txt')
  await on.takeNext()
  expect((await on.status())?.error).toMatch(/chapter/)
})

it('asks for a scan when it hears of what it cannot tell', async () => {
  const on = await opened()
  on.watch.timer.started()
  on.watch.timer.ended()
  glance(on.watch, rawPathOfText('gone.txt'))
  on.clock.advance(1_000)
  expect(on.watch.timer.isDue()).toBe(true)
  expect(await on.takeNext()).toBe(false)
})
