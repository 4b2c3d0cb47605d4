import { AppError } from '../errors.ts'
import { storeDerived } from '../ingest/store-derived.ts'
import { transcriberFor } from '../leaving/hear-elsewhere.ts'
import type { Job } from '../model/job.ts'
import { LONGEST_RECORDING_MS } from '../ports/extractor.ts'
import type { DerivationRow, Ports, Segment, StepResult, Transcriber } from '../ports/index.ts'
import { failureOf, isDeath, type Kept, keptOf, MOST_TRIES, QUARANTINED } from './attempts.ts'
import { isAboutTheFile, isNotAvailable, withContent } from './content.ts'
import { CHUNK_STEP, queued, SPEECH_STEP } from './order.ts'
import {
  encodeStretches,
  FILE_TRUNCATED,
  failedMinutes,
  firstGap,
  listenersOf,
  minutesOf,
  readStretches,
  type Stretch,
  spokenLanguage,
  spokenParts,
} from './speech-result.ts'
import type { StepContext, StepDefinition } from './step.ts'
import { countWords } from './tidy.ts'

const MINUTE_MS = 60_000
/** One call: long enough to be worth loading a model for, short enough to be done again. */
const WINDOW_MS = 10 * MINUTE_MS
/** Where a call died, what is left out with it. */
const SMALL_MS = MINUTE_MS

interface Task {
  job: Job
  durationMs: number
  /** Words that the recording states about itself. */
  hasOtherText: boolean
}

/**
 * Writes down what is said in a recording. What was heard it keeps as it goes on: a killed worker
 * goes on from there, a minute that kills whoever listens is left out alone, and where some were not
 * heard before, none but those are listened to.
 */
export const speechStep: StepDefinition = {
  ...SPEECH_STEP,

  async run(ports, job, context) {
    const task = await taskOf(ports, job)
    const transcriber = await transcriberFor(ports, job)
    if (!transcriber) return unheard(task, NO_MODEL)
    try {
      const listened = { ...task, transcriber }
      return await resultOf(ports, listened, await listenAll(ports, listened, context))
    } catch (error) {
      if (isAboutTheFile(error)) return unheard(task, error)
      throw error
    }
  },

  async afterDeath(ports, job) {
    return (await taskOf(ports, job)).hasOtherText ? [queued(CHUNK_STEP)] : []
  },
}

const NO_MODEL = new AppError(
  'unavailable',
  'Speech is not written down: there is no speech model. Add one with "onefold models add <name>", then try again.',
  { reason: 'NO_SPEECH_MODEL' },
)

async function taskOf({ catalog }: Pick<Ports, 'catalog'>, job: Job): Promise<Task> {
  const { facts = {} } = (await catalog.derivations.get(job.digest, 'extract')) ?? {}
  return {
    job,
    durationMs: Math.min(Number(facts.durationMs ?? 0), LONGEST_RECORDING_MS),
    hasOtherText: Number(facts.wordCount ?? 0) > 0,
  }
}

type Listened = Task & { transcriber: Transcriber }

/** All of the recording in stretches, in order: heard now, or before, or why not. */
async function listenAll(
  ports: Ports,
  task: Listened,
  { signal, progress }: StepContext,
): Promise<Stretch[]> {
  const kept = await keptOf(ports, task.job, { step: 'speech', by: task.transcriber.id })
  const heard = await heardBefore(ports, task, kept)
  const begun = kept.units.filter(({ state }) => state === 'begun')
  const tries = new Map(begun.map(({ unit, tries }) => [unit, tries]))
  const share = () => {
    const ms = heard.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0)
    progress(Math.min(1, ms / Math.max(1, task.durationMs)))
  }
  // A service gets the whole file with each call.
  const windowMs = task.transcriber.leavesTheHouse ? task.durationMs : WINDOW_MS
  let mostMs = windowMs
  for (;;) {
    signal.throwIfAborted()
    const gap = firstGap(heard, task.durationMs, mostMs)
    if (!gap) return heard.toSorted((a, b) => a.fromMs - b.fromMs)
    const before = tries.get(gap.fromMs) ?? 0
    const call = { task, kept, gap: small(gap, before), tries: before }
    const isThrough = await listen(ports, call, { signal, heard, share })
    tries.set(gap.fromMs, before + 1)
    mostMs = isThrough ? windowMs : SMALL_MS
  }
}

/** Where somebody did not come to an end, less is tried. */
const small = ({ fromMs, untilMs }: Gap, tries: number): Gap => ({
  fromMs,
  untilMs: tries > 0 ? Math.min(untilMs, fromMs + SMALL_MS) : untilMs,
})

interface Gap {
  fromMs: number
  untilMs: number
}

async function heardBefore(ports: Ports, task: Listened, { units }: Kept): Promise<Stretch[]> {
  const now = units
    .filter(({ state }) => state === 'done' || state === 'failed')
    .map(({ body }) => body as Stretch)
  const before = await ports.catalog.derivations.get(task.job.digest, 'speech')
  if (!before || !isToComplete(before, task)) return now
  const asked = units.filter(({ state }) => state === 'asked').map(({ unit }) => unit)
  const isKept = ({ fromMs, untilMs, failure }: Stretch) =>
    !failure ||
    (asked.length > 0 &&
      !asked.some((minute) => minute * MINUTE_MS > fromMs && (minute - 1) * MINUTE_MS < untilMs))
  return [...(await readStretches(ports, task.job.digest)).filter(isKept), ...now]
}

const isToComplete = ({ state, stepVersion, facts }: DerivationRow, task: Listened): boolean =>
  (state === 'partial' || state === 'failed') &&
  stepVersion === task.job.stepVersion &&
  facts.heardBy === task.transcriber.id

interface Call {
  task: Listened
  kept: Kept
  gap: Gap
  /** Made before at this place. */
  tries: number
}

/** Of what a recording says it holds and does not, as when its copy ended too soon. */
const CUT_OFF = {
  reason: FILE_TRUNCATED,
  message: 'The file ends here, before the end that it states: the recording was cut off.',
}

/** Listens to one gap and adds what it gave to `heard`. False when whoever listened died of it. */
async function listen(
  ports: Ports,
  { task, kept, gap, tries }: Call,
  on: { signal: AbortSignal; heard: Stretch[]; share(): void },
): Promise<boolean> {
  const { transcriber, job } = task
  const { signal, heard, share } = on
  let atMs = gap.fromMs
  const keep = async (stretch: Stretch) => {
    const state = stretch.failure ? 'failed' : 'done'
    const body = { ...stretch, by: transcriber.id }
    await kept.end([{ unit: stretch.fromMs, state, body }])
    heard.push(body)
    atMs = stretch.untilMs
    share()
  }
  if (tries >= MOST_TRIES) {
    await keep({ ...gap, segments: [], failure: QUARANTINED })
    return true
  }
  const onSegments = async (segments: Segment[], untilMs: number) => {
    // Whoever listens has said no more than what it was asked for, whatever it claims.
    const heardMs = Math.min(untilMs, gap.untilMs)
    if (heardMs > atMs) await keep({ fromMs: atMs, untilMs: heardMs, segments })
  }
  try {
    const { language, endMs = gap.untilMs } = await kept.tried([gap.fromMs], signal, () =>
      withContent(ports, job.digest, (file) =>
        transcriber.transcribe(
          file,
          { fromMs: gap.fromMs, durationMs: gap.untilMs - gap.fromMs },
          signal,
          onSegments,
        ),
      ),
    )
    // The rest was silence, as far as there is a file.
    const restMs = Math.min(Math.max(atMs, endMs), gap.untilMs)
    if (atMs < restMs) await keep({ fromMs: atMs, untilMs: restMs, segments: [] })
    if (restMs < gap.untilMs) {
      const isLast = !heard.some(({ fromMs }) => fromMs >= gap.untilMs)
      const untilMs = isLast ? task.durationMs : gap.untilMs
      await keep({ fromMs: restMs, untilMs, segments: [], failure: CUT_OFF })
    }
    if (language) await tellLanguage(kept, { heard, gap, language })
    return true
  } catch (error) {
    if (signal.aborted || !isDeath(error)) throw error
    const isSmall = gap.untilMs - atMs <= SMALL_MS
    const isOver = error.reason !== 'PARSER_DIED' || tries + 1 >= MOST_TRIES
    if (isSmall && isOver) {
      await keep({ fromMs: atMs, untilMs: gap.untilMs, segments: [], failure: failureOf(error) })
    }
    return false
  }
}

/** It is known when a call ends; what is kept of the call has to know it, too. */
async function tellLanguage(
  kept: Kept,
  { heard, gap, language }: { heard: Stretch[]; gap: Gap; language: string },
): Promise<void> {
  const isOfCall = ({ fromMs, failure }: Stretch) =>
    !failure && fromMs >= gap.fromMs && fromMs < gap.untilMs
  const stretches = heard.filter(isOfCall)
  for (const stretch of stretches) stretch.language ??= language
  await kept.end(stretches.map((body) => ({ unit: body.fromMs, state: 'done', body })))
}

async function resultOf(ports: Ports, task: Listened, heard: Stretch[]): Promise<StepResult> {
  const parts = spokenParts(heard)
  const coverage = minutesOf(heard, task.durationMs)
  const failures = heard.flatMap(({ failure }) => failure ?? [])
  const failed = failures.find(({ reason }) => reason !== FILE_TRUNCATED) ?? failures[0]
  const some = failed?.reason === FILE_TRUNCATED ? SOME_CUT_OFF : SOME_UNHEARD
  const language = spokenLanguage(heard)
  const isEmpty = parts.length === 0
  return {
    state: failed ? (coverage.done > 0 ? 'partial' : 'failed') : isEmpty ? 'skipped' : 'done',
    coverage,
    facts: {
      heardBy: listenersOf(heard) || task.transcriber.id,
      failedUnits: failedMinutes(heard),
      wordCount: parts.reduce((sum, { text }) => sum + countWords(text), 0),
      ...(language && { language }),
    },
    ...(failed && (coverage.done > 0 ? some : failed)),
    ...(!failed && isEmpty && NOTHING),
    blobId: await storeDerived(ports, encodeStretches(heard)),
    next: isEmpty && !task.hasOtherText ? [] : [queued(CHUNK_STEP)],
  }
}

const SOME_UNHEARD = {
  reason: 'MINUTES_NOT_HEARD',
  message: 'Some minutes could not be listened to. The others are searchable.',
}

const SOME_CUT_OFF = {
  reason: FILE_TRUNCATED,
  message:
    'The recording was cut off: the file ends before the end that it states. What there is of it is searchable.',
}

const NOTHING = { reason: 'NO_TEXT', message: 'Nothing is said in this recording.' }

/** Nothing of it: no model to listen with, or nothing to listen to. */
function unheard({ durationMs, hasOtherText }: Task, error: AppError): StepResult {
  const { reason, message } = failureOf(error)
  const isMissing = isNotAvailable(error)
  const whole = { fromMs: 0, untilMs: durationMs, segments: [], failure: { reason, message } }
  const isSilent = isMissing || reason === 'NO_TEXT_IN_TYPE' || reason === 'NO_SOUND'
  return {
    state: isSilent ? 'skipped' : 'failed',
    ...((isMissing || !isSilent) && { coverage: minutesOf([whole], durationMs) }),
    facts: {},
    reason,
    message,
    next: hasOtherText ? [queued(CHUNK_STEP)] : [],
  }
}
