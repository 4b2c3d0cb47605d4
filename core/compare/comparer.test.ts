import { gzipSync } from 'node:zlib'
import { expect, it, onTestFinished, vi } from 'vitest'
import { COMPARER_LIMITS, type ComparerLimits, threadComparer } from './comparer.ts'

const packed = (text: string) =>
  gzipSync(JSON.stringify({ parts: [{ text, locator: { line: 1 } }] }))

function opened(limits: Partial<ComparerLimits> = {}) {
  const comparer = threadComparer({ ...COMPARER_LIMITS, ...limits })
  onTestFinished(() => comparer.close())
  let loads = 0
  const page = (key: string, from: string, to: string) =>
    comparer.page({
      key,
      slice: { start: 0 },
      load: async () => {
        loads++
        return { from: packed(from), to: packed(to) }
      },
    })
  return { page, loads: () => loads }
}

it('compares in its thread, and keeps what was compared for whoever reads on', async () => {
  const { page, loads } = opened()
  const kinds = ({ rows }: Awaited<ReturnType<typeof page>>) => rows.map(({ kind }) => kind)
  expect(kinds(await page('a', 'one\ntwo', 'one\nthree'))).toEqual(['same', 'removed', 'added'])
  expect(kinds(await page('a', 'not asked for', 'again'))).toEqual(['same', 'removed', 'added'])
  expect(loads()).toBe(1)
  expect(kinds(await page('b', 'one', 'one'))).toEqual(['same'])
  expect(loads()).toBe(2)
})

it('gives up what takes too long, and goes on with the next', async () => {
  const { page } = opened({ timeMs: 1500 })
  const words = (seed: number) =>
    Array.from({ length: 150_000 }, (_, at) => `word ${(at * seed) % 7919} of line ${at * seed}`)
  const long = page('long', words(3).join('\n'), words(7).join('\n'))
  await expect(long).rejects.toMatchObject({ code: 'unavailable', reason: 'COMPARE_LIMIT' })
  // On a busy machine the new thread may itself take its time to begin.
  const short = await vi.waitFor(() => page('short', 'one', 'one'), { timeout: 25_000 })
  expect(short.counts.same).toBe(1)
})

it('turns callers away when too many wait', async () => {
  const { page } = opened({ queue: 1 })
  const first = page('a', 'one', 'two')
  await expect(page('b', 'one', 'two')).rejects.toMatchObject({
    code: 'unavailable',
    reason: 'COMPARE_BUSY',
  })
  await expect(first).resolves.toMatchObject({ counts: { removed: 1 } })
})

it('passes on that a text is gone, and is not hurt by it', async () => {
  const { page } = opened()
  const comparer = threadComparer()
  onTestFinished(() => comparer.close())
  const lost = comparer.page({
    key: 'lost',
    slice: { start: 0 },
    load: () => Promise.reject(new Error('gone')),
  })
  await expect(lost).rejects.toThrow('gone')
  await expect(page('a', 'one', 'one')).resolves.toMatchObject({ counts: { same: 1 } })
})
