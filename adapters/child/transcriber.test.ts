import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Segment } from '../../core/ports/index.ts'
import { makeTinyModel } from '../../scripts/tiny-models.ts'
import { transcriberContract } from '../../tests/contracts/transcriber.ts'
import { fileOf, openFile } from '../../tests/open-file.ts'
import { recording } from '../../tests/recording.ts'
import { madeByFfmpeg, recordedAs } from '../../tests/sounds.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { childTranscriber } from './transcriber.ts'

const MIB = 2 ** 20
const SECONDS = 300_000

async function transcriber(models?: string) {
  const dir = models ?? (await temporaryFolder())
  const name = models ? 'onefold/nothing-here' : await makeTinyModel('speech', dir)
  const parser = join(import.meta.dirname, '..', '..', 'worker', 'parse', 'main.ts')
  return childTranscriber(
    {
      command: [process.execPath, parser],
      limits: { memoryBytes: 700 * MIB, cpuSeconds: 60, wallMs: 60_000 },
    },
    { name, folder: join(dir, name) },
  )
}

async function hear(path: string | Uint8Array, { fromMs = 0 }: { fromMs?: number } = {}) {
  const file = typeof path === 'string' ? await openFile(path) : await fileOf(path)
  const segments: Segment[] = []
  const told: number[] = []
  const { signal } = new AbortController()
  const { transcribe } = await transcriber()
  const { language } = await transcribe(
    file,
    { fromMs, durationMs: 600_000 },
    signal,
    async (more, untilMs) => {
      segments.push(...more)
      told.push(untilMs)
    },
  )
  return { segments, told, language, words: segments.map(({ text }) => text) }
}

transcriberContract('a child', async () => ({
  transcriber: await transcriber(),
  recording: await fileOf(recording([['alpha', 2]])),
  durationMs: 2000,
  mediaType: 'audio/wav',
}))

const times = (count: number, word: string): string[] => Array.from({ length: count }, () => word)

describe('hearing a recording', () => {
  it(
    'writes down every word with its times, beyond half a minute too, and says how far it is',
    async () => {
      const heard = await hear(
        recording([
          ['alpha', 15],
          ['bravo', 15],
          ['charlie', 15],
          ['delta', 15],
          ['alpha', 15],
        ]),
      )
      expect(heard.words).toHaveLength(75)
      expect(heard.words.slice(60)).toEqual(times(15, 'alpha'))
      for (const [second, { startMs, endMs }] of heard.segments.entries()) {
        expect(Math.abs(startMs - second * 1000)).toBeLessThan(500)
        expect(endMs).toBeGreaterThan(startMs)
      }
      expect(heard.told).toEqual(heard.told.toSorted((a, b) => a - b))
      expect(heard.told.at(-1)).toBe(75_000)
    },
    SECONDS,
  )

  it(
    'hears a film with packed sound, from where it is told to',
    async () => {
      const sound = await recordedAs(
        'said.opus',
        [
          ['pause', 3],
          ['delta', 3],
        ],
        ['-b:a', '24k'],
      )
      const film = await madeByFfmpeg('said.mp4', [
        '-i',
        sound,
        '-f',
        'lavfi',
        '-i',
        'color=red:size=64x64:rate=5:duration=6',
      ])
      const { words, segments } = await hear(film, { fromMs: 2000 })
      expect(words).toEqual(times(3, 'delta'))
      expect(Math.abs((segments[0]?.startMs ?? 0) - 3000)).toBeLessThan(500)
    },
    SECONDS,
  )

  it(
    'says what is missing: sound in a film, a model on the box',
    async () => {
      const mute = await madeByFfmpeg('mute.mp4', [
        '-f',
        'lavfi',
        '-i',
        'color=red:size=64x64:rate=5:duration=1',
      ])
      await expect(hear(mute)).rejects.toMatchObject({
        code: 'unsupported_type',
        reason: 'NO_SOUND',
      })
      const { transcribe } = await transcriber(await temporaryFolder())
      const listening = { fromMs: 0, durationMs: 1000 }
      const { signal } = new AbortController()
      const file = await fileOf(recording([['alpha', 1]]))
      await expect(
        transcribe(file, listening, signal, async () => undefined),
      ).rejects.toMatchObject({ code: 'unavailable', reason: 'NO_SPEECH_MODEL' })
    },
    SECONDS,
  )

  it(
    'stops when what it heard cannot be kept, with the reason',
    async () => {
      const { transcribe } = await transcriber()
      const file = await fileOf(
        recording([
          ['alpha', 2],
          ['pause', 3],
          ['alpha', 90],
        ]),
      )
      const full = new Error('the disk is full')
      let kept = 0
      const listening = { fromMs: 0, durationMs: 600_000 }
      const { signal } = new AbortController()
      await expect(
        transcribe(file, listening, signal, async () => {
          kept++
          throw full
        }),
      ).rejects.toBe(full)
      expect(kept).toBe(1)
    },
    SECONDS,
  )
})
