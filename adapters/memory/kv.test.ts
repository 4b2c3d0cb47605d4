import { describe, expect, it } from 'vitest'
import { kvContract } from '../../tests/contracts/kv.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { systemClock } from '../system/clock.ts'
import { memoryKv } from './kv.ts'

kvContract('memory', async () => memoryKv(systemClock))

describe('memory', () => {
  it('never holds more entries than it may, and forgets the oldest first', async () => {
    const kv = memoryKv(manualClock(), 3)
    const bucket = { points: 1, fillMs: 1_000 }
    for (const key of ['a', 'b', 'c', 'd']) {
      await kv.put(key, key, 1_000)
      await kv.take(key, 1, bucket)
    }
    expect(await Promise.all(['a', 'b', 'd'].map((key) => kv.get(key)))).toEqual([
      undefined,
      'b',
      'd',
    ])
    expect(await kv.take('d', 1, bucket)).toBeGreaterThan(0)
    expect(await kv.take('a', 1, bucket)).toBe(0)
  })

  it('goes by the steady clock: setting the time of day ends nothing', async () => {
    const clock = manualClock()
    const kv = memoryKv(clock)
    await kv.put('k', 'v', 1_000)
    await kv.take('k', 1, { points: 1, fillMs: 1_000 })
    clock.setWall(clock.now() + 10 * 365 * 24 * 3_600_000)
    expect(await kv.get('k')).toBe('v')
    expect(await kv.take('k', 1, { points: 1, fillMs: 1_000 })).toBe(1_000)
    clock.advance(1_000)
    expect(await kv.get('k')).toBeUndefined()
  })
})
