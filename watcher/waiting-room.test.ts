import { expect, it } from 'vitest'
import type { RawPath } from '../core/share/raw-path.ts'
import type { Stamp } from '../core/share/stamp.ts'
import { manualClock } from '../tests/manual-clock.ts'
import { waitingRoom } from './waiting-room.ts'

const SETTLE_MS = 1_000

const path = (text: string) => text as RawPath

function opened() {
  const clock = manualClock()
  const room = waitingRoom(clock, SETTLE_MS)
  const stamp = (sizeBytes: number): Stamp => ({
    device: '1',
    inode: '1',
    generation: '1',
    sizeBytes,
    mtimeNs: '1',
    ctimeNs: `${clock.now()}000000`,
  })
  return { clock, room, stamp }
}

it('hands out what has settled, small files first, each once', () => {
  const { clock, room, stamp } = opened()
  for (const size of [5, 1, 9]) room.offer(path(`f${size}`), stamp(size))
  expect(room.next()).toBeUndefined()
  clock.advance(SETTLE_MS)
  const order = [room.next(), room.next(), room.next(), room.next()].map((each) => each?.path)
  expect(order).toEqual(['f1', 'f5', 'f9', undefined])
  expect(room.size()).toBe(3)
})

it('starts a file over that changes while it waits, even when its turn was near', () => {
  const { clock, room, stamp } = opened()
  room.offer(path('a'), stamp(1))
  room.offer(path('b'), stamp(2))
  clock.advance(SETTLE_MS)
  expect(room.next()?.path).toBe('a')
  room.offer(path('b'), stamp(3))
  expect(room.next()).toBeUndefined()
  clock.advance(SETTLE_MS)
  expect(room.next()?.stamp.sizeBytes).toBe(3)
})

it('does not hand out a file that is being taken, and says that it changed meanwhile', () => {
  const { clock, room, stamp } = opened()
  room.offer(path('a'), stamp(1))
  clock.advance(SETTLE_MS)
  room.next()
  room.offer(path('a'), stamp(2))
  clock.advance(SETTLE_MS)
  expect(room.next()).toBeUndefined()
  expect(room.done(path('a'))).toBe(true)
  expect([room.done(path('a')), room.size()]).toEqual([false, 0])
})

it('hands out again what was put back, when its time comes', () => {
  const { clock, room, stamp } = opened()
  room.offer(path('a'), stamp(1))
  clock.advance(SETTLE_MS)
  const candidate = room.next()
  room.putBack(path('a'), { stamp: stamp(1), dueMs: clock.monotonic() + 10, stillSinceMs: 0 })
  expect([candidate?.path, room.next()]).toEqual(['a', undefined])
  clock.advance(10)
  expect(room.next()?.path).toBe('a')
})

it('turns away what it has no room for, and nothing that it holds already', () => {
  const { clock, room, stamp } = opened()
  for (let i = 0; i < 10_000; i++) room.offer(path(`f${i}`), stamp(i))
  expect([room.isFull(), room.offer(path('more'), stamp(1))]).toEqual([true, false])
  expect(room.offer(path('f7'), stamp(8))).toBe(true)
  clock.advance(SETTLE_MS)
  room.next()
  expect(room.offer(path('more'), stamp(1))).toBe(true)
})
