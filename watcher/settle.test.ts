import { expect, it } from 'vitest'
import type { Stamp } from '../core/share/stamp.ts'
import { manualClock } from '../tests/manual-clock.ts'
import { lookAgain, startSettling } from './settle.ts'

const SETTLE_MS = 2_000

const stamp = (ctimeMs: number, change: Partial<Stamp> = {}): Stamp => ({
  device: '1',
  inode: '2',
  generation: '2',
  sizeBytes: 10,
  mtimeNs: '5',
  ctimeNs: `${ctimeMs}000000`,
  ...change,
})

it('takes a file that stood still over the whole delay, and not before', () => {
  const clock = manualClock()
  const fresh = stamp(clock.now())
  const settling = startSettling(clock, fresh, SETTLE_MS)
  clock.advance(1_999)
  expect(lookAgain(clock, settling, { stamp: fresh, settleMs: SETTLE_MS })).toBe(settling)
  clock.advance(1)
  expect(lookAgain(clock, settling, { stamp: fresh, settleMs: SETTLE_MS })).toBeUndefined()
})

it('starts over when size, mtime, ctime or inode has changed', () => {
  const clock = manualClock()
  const before = stamp(clock.now())
  const settling = startSettling(clock, before, SETTLE_MS)
  clock.advance(SETTLE_MS)
  const changes = [{ sizeBytes: 11 }, { mtimeNs: '6' }, { ctimeNs: '7' }, { inode: '3' }]
  for (const change of changes) {
    const now = { ...before, ...change }
    const again = lookAgain(clock, settling, { stamp: now, settleMs: SETTLE_MS })
    expect(again).toEqual({
      stamp: now,
      dueMs: clock.monotonic() + SETTLE_MS,
      stillSinceMs: clock.monotonic(),
    })
  }
})

it('trusts no time of a file, be it long ago or in the future', () => {
  const clock = manualClock()
  for (const ageMs of [0, 60_000, -3_600_000]) {
    const ctimeMs = clock.now() - ageMs
    const copied = stamp(ctimeMs, { mtimeNs: '1' })
    expect(startSettling(clock, copied, SETTLE_MS).dueMs).toBe(clock.monotonic() + SETTLE_MS)
  }
})

it('measures the delay on the steady clock, whatever the wall clock does meanwhile', () => {
  const clock = manualClock()
  const fresh = stamp(clock.now())
  const settling = startSettling(clock, fresh, SETTLE_MS)
  clock.setWall(clock.now() + 86_400_000)
  expect(lookAgain(clock, settling, { stamp: fresh, settleMs: SETTLE_MS })).toBe(settling)
})
