import { expect, it } from 'vitest'
import { newItem, type UploadState } from './item.ts'
import { Progress } from './progress.ts'
import { count, newTally } from './tally.ts'
import { file, INBOX } from './testing/queue-world.ts'

const MB = 1_000_000

/** Counts of files of these sizes, in states. */
function tallyOf(...items: [sizeBytes: number, state: UploadState, doneBytes?: number][]) {
  const tally = newTally()
  for (const [sizeBytes, state, doneBytes = 0] of items) {
    const to = { destination: INBOX, onConflict: 'ask', batch: 'b', now: 0 } as const
    count(tally, { ...newItem(file('a'), to), sizeBytes, state, doneBytes }, 1)
  }
  return tally
}

function clocked() {
  const clock = { now: 0 }
  const progress = new Progress(() => clock.now)
  /** Work of that many milliseconds on a file, with so many bytes a second. */
  const work = (what: 'hash' | 'send', ms: number, perSecond: number) => {
    progress.begin(what, 1000 * MB)
    clock.now += ms
    progress.passed(what, 1000 * MB, (perSecond * ms) / 1000)
    progress.end(what, 1000 * MB)
  }
  return { clock, progress, work }
}

it('does not say how long it takes before something was sent', () => {
  const { progress, work } = clocked()
  work('hash', 10_000, 100 * MB)
  expect(progress.msLeft(tallyOf([10_000 * MB, 'fingerprinting', 1000 * MB]))).toBeUndefined()
})

it('adds reading and sending of a single file, and overlaps those of many', () => {
  const { progress, work } = clocked()
  work('hash', 10_000, 100 * MB)
  work('send', 10_000, 10 * MB)
  const one = progress.msLeft(tallyOf([1000 * MB, 'waiting']))
  expect(one).toBeCloseTo(110_000, -3)
  const files = Array.from({ length: 10 }, (): [number, UploadState] => [1000 * MB, 'waiting'])
  const ten = progress.msLeft(tallyOf(...files))
  expect(ten).toBeCloseTo(1_010_000, -4)
})

it('does not take the pace of small files for that of a large one', () => {
  const { clock, progress } = clocked()
  progress.begin('send', 1000)
  for (let sent = 0; sent < 100; sent++) {
    clock.now += 100
    progress.passed('send', 1000, 1000)
    progress.stored(1000)
  }
  const notes = Array.from({ length: 50 }, (): [number, UploadState] => [1000, 'waiting'])
  expect(progress.msLeft(tallyOf(...notes))).toBeCloseTo(5000, -3)
  expect(progress.msLeft(tallyOf(...notes, [10_000 * MB, 'waiting']))).toBeUndefined()
})

it('counts no time in which nothing was to be done, and nothing that rests', () => {
  const { clock, progress, work } = clocked()
  work('hash', 5000, 100 * MB)
  work('send', 5000, 10 * MB)
  clock.now += 3_600_000
  work('send', 5000, 10 * MB)
  const left = tallyOf([100 * MB, 'uploading', 50 * MB], [9000 * MB, 'paused'], [10 * MB, 'failed'])
  expect(progress.msLeft(left)).toBeCloseTo(5000, -3)
})

it('counts what is read apart from what is sent', () => {
  const tally = tallyOf([10 * MB, 'fingerprinting', 4 * MB], [10 * MB, 'uploading', 3 * MB])
  expect([tally.hashedBytes, tally.sentBytes]).toEqual([14 * MB, 3 * MB])
})
