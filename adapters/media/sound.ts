import { AppError } from '../../core/errors.ts'
import type { ParserFile } from '../../core/ports/parser.ts'
import { lastPacketMs, mediaOf } from './media.ts'
import { ffmpeg } from './program.ts'

/** Samples a second, as speech models are trained with. */
export const SAMPLE_RATE = 16_000

/** What part of a recording to decode. */
export interface Stretch {
  fromMs: number
  durationMs: number
}

/**
 * The sound of a recording as one channel of 16,000 samples a second from -1 to 1, piece by piece as
 * it is decoded: nothing is held of it. Gaps in it are filled with silence, so that a sample's place
 * tells its time, also where the sound of a film begins later than its pictures.
 *
 * @throws AppError as `ffmpeg` does
 */
export async function* soundOf(
  file: ParserFile,
  { fromMs, durationMs }: Stretch,
  sampleRate = SAMPLE_RATE,
): AsyncGenerator<Float32Array> {
  const output = [
    '-map',
    '0:a:0',
    '-vn',
    '-sn',
    '-dn',
    '-t',
    (durationMs / 1000).toFixed(3),
    '-af',
    'aresample=async=1:first_pts=0',
    '-ac',
    '1',
    '-ar',
    String(sampleRate),
    '-f',
    's16le',
    'pipe:1',
  ]
  let odd: Buffer = Buffer.alloc(0)
  const input = fromMs > 0 ? ['-ss', (fromMs / 1000).toFixed(3)] : []
  for await (const chunk of ffmpeg(file, { input, output })) {
    const bytes = odd.length > 0 ? Buffer.concat([odd, chunk]) : chunk
    const count = bytes.length >> 1
    odd = bytes.subarray(2 * count)
    yield Float32Array.from({ length: count }, (_, i) => bytes.readInt16LE(2 * i) / 32_768)
  }
}

/** Containers are out by this much, and films by their last picture. */
const STATED_WRONG_MS = 10_000

/**
 * `soundOf`, and when all of it was taken, where the file ended, if that was before the end of the
 * stretch: a recording that was cut off still states its whole length. Sound that alone ends before
 * the pictures do is silence.
 */
export function measuredSound(file: ParserFile, stretch: Stretch) {
  const { fromMs, durationMs } = stretch
  let samples = 0
  async function* counted() {
    for await (const piece of soundOf(file, stretch)) {
      samples += piece.length
      yield piece
    }
  }
  return {
    sound: counted(),
    async endMs(): Promise<number | undefined> {
      const lateMs = fromMs + durationMs - STATED_WRONG_MS
      const soundMs = fromMs + Math.round((samples / SAMPLE_RATE) * 1000)
      if (soundMs >= lateMs) return undefined
      const endMs = Math.max(soundMs, await lastPacketMs(file, fromMs))
      return endMs < lateMs ? endMs : undefined
    },
  }
}

/** @throws AppError `unsupported_type` (`NO_SOUND`) when there is nothing to hear; as `ffmpeg` does */
export async function soundIn(file: ParserFile): Promise<void> {
  const { sound } = await mediaOf(file)
  if (sound) return
  throw new AppError('unsupported_type', 'This film has no sound.', { reason: 'NO_SOUND' })
}
