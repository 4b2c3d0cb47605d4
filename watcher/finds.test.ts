import { expect, it } from 'vitest'
import type { RawPath } from '../core/share/raw-path.ts'
import { watchedShare } from '../tests/flows/watched-share.ts'
import { manualClock } from '../tests/manual-clock.ts'
import { finds } from './finds.ts'
import { shareWatch } from './share-watch.ts'

const { signal } = new AbortController()
const path = (name: string) => name as RawPath

async function opened() {
  const on = await watchedShare()
  const clock = manualClock()
  const watch = shareWatch({ ...on.ports, clock }, on.share, {
    scanIntervalMs: 1_000,
    listens: true,
  })
  const stamp = (changedMs: number) => ({
    device: '1',
    inode: '2',
    generation: '3',
    sizeBytes: 4,
    mtimeNs: '5',
    ctimeNs: `${changedMs}000000`,
  })
  const counted = () => [watch.board.last().foundByScan ?? 0, watch.board.last().eventsLost ?? 0]
  return { clock, watch, stamp, counted }
}

it('counts what a scan found, and as lost what somebody should have told of', async () => {
  const { clock, watch, stamp, counted } = await opened()
  const start = clock.now()
  finds(watch, signal).offer(path('before'), stamp(start - 1))
  expect(counted()).toEqual([1, 0])
  watch.hints = { rootId: '1', sinceMs: start }
  clock.advance(60_000)
  const scan = finds(watch, signal)
  scan.offer(path('older'), stamp(start - 1))
  scan.offer(path('just now'), stamp(clock.now()))
  expect(counted()).toEqual([3, 0])
  scan.offer(path('lost'), stamp(start + 10_000))
  expect(counted()).toEqual([4, 1])
})

it('counts neither what was heard of, nor what is only tried again', async () => {
  const { watch, stamp, counted } = await opened()
  const seen = stamp(1)
  watch.room.offer(path('heard'), seen)
  const scan = finds(watch, signal)
  scan.offer(path('heard'), seen)
  const failed = { shareId: 's', path: Buffer.from('failed'), attempts: 1, updatedAt: 0 }
  scan.offer(path('failed'), seen, { ...failed, ...seen, state: 'failed' })
  expect(counted()).toEqual([0, 0])
})

it('waits for room while there is movement, and not for ever', async () => {
  const { clock, watch, stamp } = await opened()
  for (let i = 0; i < 10_000; i++) watch.room.offer(path(`${i}`), stamp(i))
  const { roomAgain } = finds(watch, signal)
  const startMs = clock.monotonic()
  expect(await roomAgain?.()).toBe(false)
  expect(clock.monotonic() - startMs).toBe(60_000)
  watch.room.next()
  expect(await roomAgain?.()).toBe(true)
})
