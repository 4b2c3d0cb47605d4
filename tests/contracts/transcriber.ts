import { describe, expect, it } from 'vitest'
import type { BlobFile, Segment, Transcriber } from '../../core/ports/index.ts'

/** A recording that somebody speaks in, and how to hear it. */
export interface Hearing {
  transcriber: Transcriber
  recording: BlobFile
  durationMs: number
  /** Of the recording's file. */
  mediaType: string
}

/** What every Transcriber must do. An adapter is done when this passes. */
export function transcriberContract(name: string, open: () => Promise<Hearing>) {
  async function heard({ transcriber, recording, durationMs, mediaType }: Hearing, fromMs = 0) {
    const told: { segments: Segment[]; untilMs: number }[] = []
    const listening = { fromMs, durationMs: durationMs - fromMs, mediaType }
    const end = await transcriber.transcribe(
      recording,
      listening,
      new AbortController().signal,
      async (segments, untilMs) => {
        told.push({ segments, untilMs })
      },
    )
    return { told, end, segments: told.flatMap(({ segments }) => segments) }
  }

  describe(`${name} is a Transcriber`, () => {
    it('says who listens, in a word that can be kept', async () => {
      const { transcriber } = await open()
      expect(transcriber.id).toMatch(/^[a-z]+:[\w./-]+$/)
      await transcriber.close()
    })

    it('tells what was said in order, in milliseconds inside of what was asked for', async () => {
      const hearing = await open()
      const { told, end, segments } = await heard(hearing)
      expect(segments.length).toBeGreaterThan(0)
      for (const { startMs, endMs, text } of segments) {
        expect([startMs >= 0, startMs < endMs, endMs <= hearing.durationMs + 1000]).not.toContain(
          false,
        )
        expect(text.trim()).toBe(text)
        expect(text).not.toBe('')
      }
      const starts = segments.map(({ startMs }) => startMs)
      expect(starts).toEqual(starts.toSorted((a, b) => a - b))
      const untils = told.map(({ untilMs }) => untilMs)
      expect(untils).toEqual(untils.toSorted((a, b) => a - b))
      if (end.language !== undefined) expect(end.language).toMatch(/^[a-z]{2,3}$/)
      await hearing.transcriber.close()
    })

    it('listens from where it is told', async () => {
      const hearing = await open()
      const fromMs = Math.floor(hearing.durationMs / 2)
      const { segments } = await heard(hearing, fromMs)
      for (const { startMs } of segments) expect(startMs).toBeGreaterThanOrEqual(fromMs - 1000)
      await hearing.transcriber.close()
    })

    it('stops when it is stopped', async () => {
      const { transcriber, recording, durationMs, mediaType } = await open()
      const stop = new AbortController()
      stop.abort(new Error('stopped by the test'))
      const listening = { fromMs: 0, durationMs, mediaType }
      const call = transcriber.transcribe(recording, listening, stop.signal, async () => {})
      await expect(call).rejects.toThrow()
      await transcriber.close()
    })
  })
}
