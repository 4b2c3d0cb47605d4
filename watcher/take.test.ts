import { appendFileSync, lstatSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { BlobStore } from '../core/ports/index.ts'
import { rawPathOfText } from '../core/share/raw-path.ts'
import { stampOf } from '../core/share/stamp.ts'
import { contents, type WatchedShare, watchedShare } from '../tests/flows/watched-share.ts'
import { take } from './take.ts'

const { signal } = new AbortController()
const path = rawPathOfText('a.txt')

/** Takes `a.txt` as it was seen last, its delay long over. */
function takeNow(on: WatchedShare, stamp = seen(on)) {
  return take(
    on.ports,
    { share: on.share, root: on.folder },
    { path, stamp, dueMs: 0, stillSinceMs: 0 },
    signal,
  )
}

const file = (on: WatchedShare) => join(on.folder, 'a.txt')
const seen = (on: WatchedShare) => stampOf(lstatSync(file(on), { bigint: true }))

it('C14 changing-file: voids a copy of a file that is written to while it is read', async () => {
  const on = await watchedShare()
  writeFileSync(file(on), 'x'.repeat(2 ** 20))
  let isWriting = true
  const blobs: BlobStore = {
    ...on.ports.blobs,
    stage: (source) =>
      on.ports.blobs.stage(
        alongside(source, () => {
          if (isWriting) appendFileSync(file(on), 'y')
        }),
      ),
  }
  const writing = { ...on, ports: { ...on.ports, blobs } }
  expect((await takeNow(writing)).kind).toBe('settling')
  expect(await contents(on, 'a.txt')).toEqual([])
  isWriting = false
  expect((await takeNow(writing)).kind).toBe('stored')
  expect((await contents(on, 'a.txt'))[0]).toMatch(/^x{1048576}y+$/)
})

async function* alongside(source: AsyncIterable<Uint8Array>, work: () => void) {
  for await (const chunk of source) {
    work()
    yield chunk
  }
}

it('does not take a file that changed since it was seen, nor one whose time has not come', async () => {
  const on = await watchedShare()
  writeFileSync(file(on), 'one')
  const stamp = seen(on)
  writeFileSync(file(on), 'two')
  expect(await takeNow(on, stamp)).toMatchObject({
    kind: 'settling',
    settling: { stamp: seen(on) },
  })
  const early = {
    path,
    stamp: seen(on),
    dueMs: on.ports.clock.monotonic() + 60_000,
    stillSinceMs: 0,
  }
  const place = { share: on.share, root: on.folder }
  expect((await take(on.ports, place, early, signal)).kind).toBe('settling')
  expect(await contents(on, 'a.txt')).toEqual([])
})

it('takes a file once, and leaves a trace of it', async () => {
  const on = await watchedShare()
  writeFileSync(file(on), 'one')
  const first = await takeNow(on)
  if (first.kind !== 'stored') throw new Error(first.kind)
  expect(first.span).toMatchObject({ operation: 'share.take', userId: on.place.userId })
  const entry = await on.ports.catalog.shares.entry(on.share.id, Buffer.from(path))
  expect(entry).toMatchObject({ ...seen(on), state: 'stored' })
  expect((await takeNow(on)).kind).toBe('known')
})

it('keeps nothing of a file when it is told to stop', async () => {
  const on = await watchedShare()
  writeFileSync(file(on), 'one')
  const candidate = { path, stamp: seen(on), dueMs: 0, stillSinceMs: 0 }
  const place = { share: on.share, root: on.folder }
  const stopped = take(on.ports, place, candidate, AbortSignal.abort(new Error('stop')))
  await expect(stopped).rejects.toThrow('stop')
  expect(await contents(on, 'a.txt')).toEqual([])
})
