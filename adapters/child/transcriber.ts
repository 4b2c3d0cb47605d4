import type { Listening, Transcriber } from '../../core/ports/index.ts'
import { readSpeechAnswer } from './answer.ts'
import { type ChildOptions, runParser } from './run.ts'

const MIB = 1024 * 1024
/** The largest model that a box without a graphics card runs, and a window of sound. */
const MEMORY_BYTES = 2048 * MIB
/** Slower than this there would be no end. The first windows wait for the model. */
const SLOWEST = 4
const START_MS = 2 * 60_000

/** A model of the speech kind on this box. */
interface SpeechModel {
  /** `<organization>/<name>`. */
  name: string
  /** Its folder, absolute. */
  folder: string
}

/**
 * Hears recordings with a model of this box, in a child process that may read its folder and nothing
 * else: file on descriptor 0, what was said on 3 as it is heard.
 */
export function childTranscriber(options: ChildOptions, model: SpeechModel): Transcriber {
  return {
    id: `whisper:${model.name}`,
    leavesTheHouse: false,

    async transcribe({ fd }, listening, signal, onSegments) {
      const ended = new AbortController()
      let told: Promise<void> = Promise.resolve()
      const run = runParser(options, {
        fd,
        request: { op: 'speech', ...listening, model: model.folder },
        maxOutputBytes: MIB,
        signal: AbortSignal.any([signal, ended.signal]),
        onSegments(segments, untilMs) {
          told = told.then(() => onSegments(segments, untilMs))
          // What cannot be kept need not be heard.
          told.catch((cause: unknown) => ended.abort(cause))
        },
        readOnly: [model.folder],
        limits: limitsOf(listening),
      })
      // What was heard is kept, also when what follows is not.
      const answer = await run.finally(() => told)
      return readSpeechAnswer(answer)
    },

    async close() {
      // Each run has a process of its own, which ends with it.
    },
  }
}

function limitsOf({ durationMs }: Listening) {
  const wallMs = START_MS + SLOWEST * durationMs
  return { memoryBytes: MEMORY_BYTES, cpuSeconds: Math.ceil(wallMs / 1000), wallMs }
}
