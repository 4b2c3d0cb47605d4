import { describe, expect, it } from 'vitest'
import type { Kv } from '../../core/ports/index.ts'
import { eventually } from '../flows/running-box.ts'

/** What every Kv must do. An adapter is done when this passes. */
export function kvContract(name: string, open: () => Promise<Kv>): void {
  const HOUR = 3_600_000

  describe(`${name} is a Kv`, () => {
    it('gives back what was put last, and nothing that never was', async () => {
      const kv = await open()
      expect(await kv.get('a')).toBeUndefined()
      await kv.put('a', 'one', HOUR)
      await kv.put('a', 'ünï\u0000code {"x":1}', HOUR)
      await kv.put('b', '', HOUR)
      expect(await kv.get('a')).toBe('ünï\u0000code {"x":1}')
      expect(await kv.get('b')).toBe('')
    })

    it('forgets what is removed, and what was kept for its time', async () => {
      const kv = await open()
      await kv.put('removed', 'x', HOUR)
      await kv.put('short', 'x', 20)
      await kv.put('long', 'x', HOUR)
      await kv.remove('removed')
      await kv.remove('never there')
      expect(await kv.get('removed')).toBeUndefined()
      await eventually(async () => (await kv.get('short')) === undefined)
      expect(await kv.get('long')).toBe('x')
    })

    it('gives a bucket its points at once, then says how long to wait', async () => {
      const kv = await open()
      const bucket = { points: 10, fillMs: 10 * HOUR }
      for (let i = 0; i < 10; i++) expect(await kv.take('one by one', 1, bucket)).toBe(0)
      const wait = await kv.take('one by one', 1, bucket)
      expect(wait).toBeGreaterThan(HOUR * 0.9)
      expect(wait).toBeLessThanOrEqual(HOUR)
      expect(await kv.take('another', 1, bucket)).toBe(0)
    })

    it('takes all that is asked for, or nothing', async () => {
      const kv = await open()
      const bucket = { points: 10, fillMs: 10 * HOUR }
      expect(await kv.take('k', 7, bucket)).toBe(0)
      const wait = await kv.take('k', 5, bucket)
      expect(wait).toBeGreaterThan(1.9 * HOUR)
      expect(wait).toBeLessThanOrEqual(2 * HOUR)
      expect(await kv.take('k', 3, bucket)).toBe(0)
      expect(await kv.take('k', 1, bucket)).toBeGreaterThan(0)
    })

    it('fills a bucket again as time goes by', async () => {
      const kv = await open()
      const bucket = { points: 2, fillMs: 400 }
      expect(await kv.take('k', 2, bucket)).toBe(0)
      await eventually(async () => (await kv.take('k', 1, bucket)) === 0)
    })

    it('gives out of a bucket without a bottom, too', async () => {
      const kv = await open()
      const bucket = { points: 1e9, fillMs: 60_000 }
      for (let i = 0; i < 20; i++) expect(await kv.take('vast', 1, bucket)).toBe(0)
    })

    it('counts more than a bucket holds as all of it', async () => {
      const kv = await open()
      const bucket = { points: 10, fillMs: 10 * HOUR }
      expect(await kv.take('k', 500, bucket)).toBe(0)
      expect(await kv.take('k', 1, bucket)).toBeGreaterThan(0)
    })

    it('gives no point twice, however many take at once', async () => {
      const kv = await open()
      const bucket = { points: 50, fillMs: 100 * HOUR }
      const waits = await Promise.all(Array.from({ length: 200 }, () => kv.take('many', 1, bucket)))
      expect(waits.filter((wait) => wait === 0)).toHaveLength(50)
    })

    it('answers when it is asked whether it does', async () => {
      const kv = await open()
      await expect(kv.check()).resolves.toBeUndefined()
    })
  })
}
