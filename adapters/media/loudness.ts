import type { ParserFile } from '../../core/ports/parser.ts'
import { soundOf } from './sound.ts'

const BARS = 64
/**
 * A second of processor decodes some twenty minutes. Of what lasts longer than this only samples are
 * heard, each of which costs a tenth of a second.
 */
const WHOLE_MS = 90 * 60_000
const SAMPLES = 24
const SAMPLE_MS = 500
/** Enough for a picture. */
const RATE = 4000

/** Loudness of equal stretches of a recording, from 0 to 1, the loudest being 1. */
export async function loudness(file: ParserFile, durationMs: number): Promise<number[]> {
  const levels =
    durationMs <= WHOLE_MS ? await ofAll(file, durationMs) : await ofSamples(file, durationMs)
  const most = Math.max(...levels, Number.MIN_VALUE)
  // The square root brings quiet speech beside loud music into view.
  return levels.map((level) => Math.sqrt(level / most))
}

async function ofAll(file: ParserFile, durationMs: number): Promise<number[]> {
  const squares = new Float64Array(BARS)
  const counts = new Float64Array(BARS)
  const samplesPerBar = Math.max(1, (durationMs / 1000) * RATE) / BARS
  let at = 0
  for await (const samples of soundOf(file, { fromMs: 0, durationMs }, RATE)) {
    for (const sample of samples) {
      const bar = Math.min(BARS - 1, Math.floor(at++ / samplesPerBar))
      squares[bar] = (squares[bar] ?? 0) + sample * sample
      counts[bar] = (counts[bar] ?? 0) + 1
    }
  }
  return Array.from(squares, (sum, bar) => Math.sqrt(sum / Math.max(1, counts[bar] ?? 0)))
}

async function ofSamples(file: ParserFile, durationMs: number): Promise<number[]> {
  const levels: number[] = []
  for (let bar = 0; bar < SAMPLES; bar++) {
    const fromMs = (durationMs * bar) / SAMPLES
    let sum = 0
    let count = 0
    for await (const samples of soundOf(file, { fromMs, durationMs: SAMPLE_MS }, RATE)) {
      for (const sample of samples) sum += sample * sample
      count += samples.length
    }
    levels.push(Math.sqrt(sum / Math.max(1, count)))
  }
  return levels
}
