import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Segment } from '../../core/ports/index.ts'
import { makeTinyModel } from '../../scripts/tiny-models.ts'
import { recording, type Spoken } from '../../tests/recording.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { listen } from './listen.ts'

const SECONDS = 180_000

async function* samplesOf(spoken: readonly Spoken[]) {
  const wav = Buffer.from(recording(spoken)).subarray(44)
  yield Float32Array.from({ length: wav.length / 2 }, (_, i) => wav.readInt16LE(2 * i) / 32_768)
}

async function hear(
  spoken: readonly Spoken[],
  { fromMs = 0, language }: { fromMs?: number; language?: string } = {},
) {
  const dir = await temporaryFolder()
  const model = join(dir, await makeTinyModel('speech', dir))
  const segments: Segment[] = []
  const told: number[] = []
  const listening = { sound: samplesOf(spoken), fromMs, model, ...(language && { language }) }
  const heard = await listen(listening, (more, untilMs) => {
    segments.push(...more)
    told.push(untilMs)
  })
  return { ...heard, segments, told, words: segments.map(({ text }) => text) }
}

describe('listening with a model of the Whisper kind', () => {
  it(
    'finds out the language by itself, and believes who knows it',
    async () => {
      expect(await hear([['eule', 2]])).toMatchObject({ language: 'de', words: ['eule', 'eule'] })
      expect(await hear([['eule', 1]], { language: 'fr' })).toMatchObject({ language: 'fr' })
      expect(await hear([['hibou', 1]], { language: 'xx' })).toMatchObject({ language: 'fr' })
    },
    SECONDS,
  )

  it(
    'makes up nothing for silence',
    async () => {
      const { segments, told, language } = await hear([['pause', 70]])
      expect({ segments, language }).toEqual({ segments: [], language: undefined })
      expect(told.at(-1)).toBe(70_000)
    },
    SECONDS,
  )

  it(
    'leaves silence out, and counts times from the start of the whole recording',
    async () => {
      const spoken = [
        ['pause', 40],
        ['bravo', 2],
        ['pause', 5],
        ['delta', 1],
      ] as const
      const { words, segments, told } = await hear(spoken, { fromMs: 600_000 })
      expect(words).toEqual(['bravo', 'bravo', 'delta'])
      for (const [i, second] of [40, 41, 47].entries()) {
        const { startMs = 0, endMs = 0 } = segments[i] ?? {}
        expect(Math.abs(startMs - 600_000 - second * 1000)).toBeLessThan(500)
        expect(endMs).toBeGreaterThan(startMs)
      }
      expect(told).toEqual(told.toSorted((a, b) => a - b))
      expect(told.at(-1)).toBe(648_000)
    },
    SECONDS,
  )

  it(
    'takes what repeats itself as it is said, and comes to an end',
    async () => {
      expect((await hear([['alpha', 24]])).words).toHaveLength(24)
    },
    SECONDS,
  )
})
