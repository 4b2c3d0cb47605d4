import { AppError } from '../errors.ts'
import type { Job } from '../model/job.ts'
import { mediaTypeOf } from '../pipeline/content.ts'
import type { BlobFile, Listening, Ports, Transcriber } from '../ports/index.ts'

type Needed = Pick<Ports, 'catalog' | 'clock' | 'log' | 'transcriber' | 'transcriberElsewhere'>

/** What the box's own model hears in one call, as in `core/pipeline/speech.ts`. */
const WINDOW_MS = 10 * 60_000

/**
 * Whoever hears the recording of a job: a service elsewhere when one is configured and the book of the
 * job lets its contents leave, with the box's own model standing in where the service fails; else the
 * own model. Undefined when there is neither.
 *
 * Only the job's own book counts. What other books have and allow changes nothing, so nobody learns of
 * it, and nothing leaves on account of a pointer whose book does not allow it.
 */
export async function transcriberFor(ports: Needed, job: Job): Promise<Transcriber | undefined> {
  const { transcriber: own, transcriberElsewhere: elsewhere } = ports
  if (!elsewhere || !(await ports.catalog.leaving.pointer(job.digest, job.bookId))) return own
  return withStandIn(ports, { job, elsewhere, ...(own && { own }) })
}

interface Voices {
  job: Job
  elsewhere: Transcriber
  own?: Transcriber
}

function withStandIn(ports: Needed, { job, elsewhere, own }: Voices): Transcriber {
  const heard = new Set<string>()
  let isAway = false

  /** Listens elsewhere. @returns undefined where it may not or cannot, and somebody stands in */
  const listenElsewhere: Transcriber['transcribe'] = async (
    file,
    listening,
    signal,
    onSegments,
  ) => {
    const use = await leavingOf(ports, { job, elsewhere }, file)
    await ports.catalog.leaving.record(use)
    const onRemains = async (err: AppError) => {
      ports.log.warn('A recording could not be removed at the service.', {
        trace_id: job.traceId,
        err,
      })
      const remains = { ...use, at: ports.clock.now() }
      await ports.catalog.leaving.recordRemains(remains, err.reason ?? err.code)
    }
    const mediaType = await mediaTypeOf(ports, job.digest)
    return elsewhere.transcribe(
      file,
      { ...listening, mediaType, onRemains },
      signal,
      async (segments, untilMs) => {
        heard.add(elsewhere.id)
        await onSegments(segments, untilMs)
      },
    )
  }

  const listenHere: Transcriber['transcribe'] = async (file, listening, signal, onSegments) => {
    if (!own) throw NOBODY
    let language: string | undefined
    let endMs: number | undefined
    heard.add(own.id)
    for (const window of windowsOf(listening)) {
      const found = await own.transcribe(file, window, signal, onSegments)
      language ??= found.language
      endMs = found.endMs
      if (endMs !== undefined) break
    }
    return { ...(language !== undefined && { language }), ...(endMs !== undefined && { endMs }) }
  }

  return {
    get id() {
      return heard.size > 0 ? [...heard].sort().join(' + ') : elsewhere.id
    },
    leavesTheHouse: true,

    async transcribe(file, listening, signal, onSegments) {
      let atMs = listening.fromMs
      if (!isAway) {
        try {
          return await listenElsewhere(file, listening, signal, async (segments, untilMs) => {
            await onSegments(segments, untilMs)
            atMs = untilMs
          })
        } catch (error) {
          if (signal.aborted || !own || !isPassing(error)) throw error
          isAway = true
          ports.log.warn('A recording is heard on this box, as the service failed.', { err: error })
        }
      }
      const durationMs = listening.fromMs + listening.durationMs - atMs
      return listenHere(file, { ...listening, fromMs: atMs, durationMs }, signal, onSegments)
    },

    async close() {
      // Both belong to whoever opened them.
    },
  }
}

/** @throws AppError `unavailable` (reason `MAY_NOT_LEAVE`) when the book was closed meanwhile */
async function leavingOf(
  { catalog, clock }: Needed,
  { job, elsewhere }: Omit<Voices, 'own'>,
  file: BlobFile,
) {
  const pointer = await catalog.leaving.pointer(job.digest, job.bookId)
  if (!pointer) throw CLOSED
  return {
    ...pointer,
    at: clock.now(),
    provider: elsewhere.id,
    what: 'recording' as const,
    bytes: file.sizeBytes,
    traceId: job.traceId,
  }
}

function* windowsOf(listening: Listening): Generator<Listening> {
  const { fromMs, durationMs } = listening
  for (let at = fromMs; at < fromMs + durationMs; at += WINDOW_MS) {
    yield { ...listening, fromMs: at, durationMs: Math.min(WINDOW_MS, fromMs + durationMs - at) }
  }
}

const isPassing = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'unavailable' || error.code === 'rate_limited')

const CLOSED = new AppError('unavailable', 'The book does not let its contents leave any more.', {
  reason: 'MAY_NOT_LEAVE',
})

const NOBODY = new AppError(
  'unavailable',
  'Speech is not written down: the service does not answer, and there is no speech model here.',
  { reason: 'NO_SPEECH_MODEL' },
)
