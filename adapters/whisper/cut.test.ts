import { describe, expect, it } from 'vitest'
import { cutAtPauses, type Window } from './cut.ts'

const RATE = 16_000

/** Sound that is loud for some seconds, then silent for some, and so on, in pieces of odd sizes. */
async function* sound(stretches: readonly number[], loudness = 0.125) {
  const total = stretches.flatMap((seconds, i) =>
    Array.from({ length: Math.round(seconds * RATE) }, (_, at) =>
      i % 2 === 0 ? loudness * Math.sin(at / 5) : 0,
    ),
  )
  for (let at = 0; at < total.length; at += 4321) {
    yield Float32Array.from(total.slice(at, at + 4321))
  }
}

async function windowsOf(stretches: readonly number[], loudness?: number): Promise<Window[]> {
  const all: Window[] = []
  for await (const window of cutAtPauses(sound(stretches, loudness))) all.push(window)
  return all
}

const heard = (windows: readonly Window[]) =>
  windows
    .filter(({ samples }) => samples)
    .map(({ startMs, endMs }) => [startMs / 1000, endMs / 1000])

describe('cutting a recording into windows', () => {
  it('covers it from its start to its end without a gap, whatever is in it', async () => {
    const windows = await windowsOf([75, 2, 5, 0.5, 40, 61, 3])
    let at = 0
    for (const { startMs, endMs, samples } of windows) {
      expect(startMs).toBe(at)
      if (samples) expect(samples.length).toBe(((endMs - startMs) * RATE) / 1000)
      at = endMs
    }
    expect(at).toBe(186_500)
  })

  it('cuts at pauses, and keeps a little of them on both sides', async () => {
    expect(heard(await windowsOf([5, 3, 5]))).toEqual([
      [0, 5.2],
      [7.8, 13],
    ])
    // Short pauses end a window only when it is long already.
    expect(heard(await windowsOf([5, 0.5, 5]))).toEqual([[0, 10.5]])
    expect(heard(await windowsOf([21, 0.5, 5]))).toHaveLength(2)
  })

  it('cuts sound without a pause after thirty seconds at the most, and loses nothing of it', async () => {
    const windows = heard(await windowsOf([75]))
    expect(windows.length).toBeGreaterThan(2)
    for (const [start = 0, end = 0] of windows) expect(end - start).toBeLessThanOrEqual(30)
    expect(windows.at(-1)?.[1]).toBe(75)
  })

  it('hears nothing in silence, in faint noise and in a click', async () => {
    expect(heard(await windowsOf([0, 120]))).toEqual([])
    expect(heard(await windowsOf([60], 0.001))).toEqual([])
    expect(heard(await windowsOf([0.03, 10]))).toEqual([])
  })

  it('tells how far it is while all is silent', async () => {
    const told = await windowsOf([0, 100])
    expect(told.length).toBeGreaterThan(2)
    expect(told.at(-1)?.endMs).toBe(100_000)
  })

  it('hears quiet speech in a quiet room', async () => {
    expect(heard(await windowsOf([0.2, 5, 4, 5], 0.01))).toEqual([
      [0, 0.4],
      [5, 9.4],
    ])
  })
})
