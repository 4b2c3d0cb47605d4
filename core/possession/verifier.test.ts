import { expect, it, onTestFinished } from 'vitest'
import { manualClock } from '../../tests/manual-clock.ts'
import { threadVerifier } from './verifier.ts'

const MIB = 2 ** 20
const GIB = 2 ** 30

function verifier(bytesPerSecond?: number) {
  const clock = manualClock()
  const made = threadVerifier(clock, bytesPerSecond)
  onTestFinished(() => made.close())
  return { clock, ...made }
}

it('sets the time of the answer by size alone', async () => {
  const { clock, reserve } = verifier(100 * MIB)
  expect(await reserve(50 * MIB)).toEqual({ replyInMs: 1100, mayRead: true })
  clock.advance(1100)
  expect(await reserve(2 * GIB)).toEqual({ replyInMs: 400, mayRead: true })
})

it('lets proofs wait for each other, whether anything is read for them or not', async () => {
  const { reserve } = verifier(100 * MIB)
  await reserve(50 * MIB)
  expect(await reserve(50 * MIB)).toEqual({ replyInMs: 2200, mayRead: true })
})

it('turns away who would have to wait too long, at the time of an answer of that size', async () => {
  const { clock, reserve } = verifier(100 * MIB)
  await reserve(600 * MIB)
  expect(await reserve(50 * MIB)).toEqual({ replyInMs: 1100, mayRead: false })
  clock.advance(12_100)
  expect((await reserve(50 * MIB)).mayRead).toBe(true)
})

it('reads no more than a quarter of what the machine can', async () => {
  const { clock, reserve, budget } = verifier(100 * MIB)
  const { mostBytes, bytesPerSecond } = await budget()
  expect([mostBytes / MIB, bytesPerSecond / MIB]).toEqual([1500, 25])
  for (const size of [1000, 500]) {
    expect((await reserve(size * MIB)).mayRead).toBe(true)
    clock.advance(1)
    // The line is empty again, the budget is not.
    clock.advance(25_000)
  }
  await reserve(1000 * MIB)
  clock.advance(25_000)
  expect((await reserve(1000 * MIB)).mayRead).toBe(false)
  clock.advance(60_000)
  expect((await reserve(1000 * MIB)).mayRead).toBe(true)
})

it('always has room for one file of the largest size that is covered whole', async () => {
  const { reserve } = verifier(1)
  expect((await reserve(GIB)).mayRead).toBe(true)
})

it('measures this machine once, before the first proof when it is told to', async () => {
  const { budget, warmUp } = verifier()
  await warmUp()
  const first = await budget()
  expect(first.bytesPerSecond).toBeGreaterThan(0)
  expect((await budget()).bytesPerSecond).toBe(first.bytesPerSecond)
})
