import { TONES } from '../scripts/tiny-models/speech-tokens.ts'

const RATE = 16_000
const HEADER_BYTES = 44

/** A word that the tiny speech model knows, or a pause; and for how many seconds. */
export type Spoken = readonly [word: (typeof TONES)[number]['word'] | 'pause', seconds: number]

/** A recording in which the tiny speech model hears these words, one each second: WAV, one channel. */
export function recording(spoken: readonly Spoken[]): Uint8Array {
  const samples = spoken.flatMap(([word, seconds]) => {
    const hz = TONES.find((tone) => tone.word === word)?.hz ?? 0
    return Array.from({ length: Math.round(seconds * RATE) }, (_, at) =>
      Math.round(4000 * Math.sin((2 * Math.PI * hz * at) / RATE)),
    )
  })
  const wav = Buffer.alloc(HEADER_BYTES + 2 * samples.length)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(wav.length - 8, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(1, 22)
  wav.writeUInt32LE(RATE, 24)
  wav.writeUInt32LE(2 * RATE, 28)
  wav.writeUInt16LE(2, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36)
  wav.writeUInt32LE(2 * samples.length, 40)
  for (const [at, sample] of samples.entries()) wav.writeInt16LE(sample, HEADER_BYTES + 2 * at)
  return wav
}
