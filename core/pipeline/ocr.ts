import { AppError } from '../errors.ts'
import { storeDerived } from '../ingest/store-derived.ts'
import { certaintyFacts, isHardToRead } from '../model/certainty.ts'
import type { Job } from '../model/job.ts'
import { MOST_OCR_PAGES } from '../ports/extractor.ts'
import type { DerivationRow, OcrPage, OcrRequest, Ports, StepResult } from '../ports/index.ts'
import { failureOf, isDeath, type Kept, keptOf, MOST_TRIES, QUARANTINED } from './attempts.ts'
import { isAboutTheFile, isNotAvailable, mediaTypeOf, withContent } from './content.ts'
import { coverageOf, encodePages, partsOf, readPages } from './ocr-result.ts'
import { CHUNK_STEP, OCR_STEP, queued } from './order.ts'
import type { StepContext, StepDefinition } from './step.ts'
import { countWords } from './tidy.ts'

/** What is to be read of a content, and by whom. */
interface Task {
  job: Job
  mediaType: string
  isPicture: boolean
  /** From 1, ascending. */
  pages: readonly number[]
  request: Omit<OcrRequest, 'pages'>
  hasOtherText: boolean
}

/**
 * Reads the pages of a content that are pictures of text. What it has it keeps, a batch at a time: a
 * killed worker goes on with the next one, a page that kills its reader stands alone, and where some
 * were not read before, none but those are read.
 */
export const ocrStep: StepDefinition = {
  ...OCR_STEP,

  async run(ports, job, context) {
    const task = await taskOf(ports, job)
    try {
      return await resultOf(ports, task, await readAll(ports, task, context))
    } catch (error) {
      if (isNotAvailable(error) || isAboutTheFile(error)) return unread(task, error)
      throw error
    }
  },

  async afterDeath(ports, job) {
    return (await taskOf(ports, job)).hasOtherText ? [queued(CHUNK_STEP)] : []
  },
}

async function taskOf(ports: Ports, job: Job): Promise<Task> {
  const { facts = {} } = (await ports.catalog.derivations.get(job.digest, 'extract')) ?? {}
  const mediaType = await mediaTypeOf(ports, job.digest)
  const scanned = facts.scannedPages as number[] | undefined
  return {
    job,
    mediaType,
    isPicture: scanned === undefined,
    pages: scanned ?? [1],
    request: ports.extractor.reading,
    hasOtherText: Number(facts.wordCount ?? 0) > 0,
  }
}

/** Every page of the task, as it was read now or before, or why not. */
async function readAll(ports: Ports, task: Task, context: StepContext): Promise<OcrPage[]> {
  const kept = await keptOf(ports, task.job, { step: 'ocr', by: String(task.request.languages) })
  const found = await readBefore(ports, task, kept)
  for (const { unit, state, body } of kept.units) {
    if (state === 'done' || state === 'failed') found.set(unit, body as OcrPage)
  }
  const asked = kept.units.filter(({ state }) => state === 'asked').map(({ unit }) => unit)
  const isToRead = (page: number) => {
    const before = found.get(page)
    return !before || ((before.failure || isHardToRead(before)) && asked.includes(page))
  }
  const { tries, batches } = planOf(task.pages.filter(isToRead), kept)
  for (let next = batches.shift(); next; next = batches.shift()) {
    context.signal.throwIfAborted()
    const read = await readBatch(ports, { task, kept, pages: next, tries, found }, context.signal)
    if (!read) batches.unshift(...next.map((page) => [page]))
    for (const page of read ?? []) found.set(page.page, page)
    context.progress(found.size / task.pages.length)
  }
  return task.pages.flatMap((page) => found.get(page) ?? [])
}

/** What an earlier run left, if only some of it is to be had better. */
async function readBefore(
  ports: Ports,
  task: Task,
  { units }: Kept,
): Promise<Map<number, OcrPage>> {
  const before = await ports.catalog.derivations.get(task.job.digest, 'ocr')
  const isAsked = units.some(({ state }) => state === 'asked')
  if (!before || !isToComplete(before, task, isAsked)) return new Map()
  const pages = await readPages(ports, task.job.digest)
  return new Map(
    pages.filter(({ failure }) => isAsked || !failure).map((page) => [page.page, page]),
  )
}

const isToComplete = (
  { state, stepVersion, facts }: DerivationRow,
  task: Task,
  isAsked: boolean,
): boolean =>
  (state === 'partial' || state === 'failed' || (state === 'done' && isAsked)) &&
  stepVersion === task.job.stepVersion &&
  String(facts.languages) === String(task.request.languages)

/** Pages in batches; one at a time where somebody did not come to an end with them. */
function planOf(pages: readonly number[], { units }: Kept) {
  const tries = new Map(units.map((each) => [each.unit, each.state === 'begun' ? each.tries : 0]))
  const isTried = (page: number) => (tries.get(page) ?? 0) > 0
  const fresh = pages.filter((page) => !isTried(page))
  const batches = pages.filter(isTried).map((page) => [page])
  for (let at = 0; at < fresh.length; at += MOST_OCR_PAGES) {
    batches.push(fresh.slice(at, at + MOST_OCR_PAGES))
  }
  return { tries, batches }
}

interface Batch {
  task: Task
  kept: Kept
  pages: readonly number[]
  /** By page; counted here, too. */
  tries: Map<number, number>
  /** What is known of pages so far. */
  found: ReadonlyMap<number, OcrPage>
}

/** Reads a batch and keeps what it gave. Undefined when its pages are to be tried one by one. */
async function readBatch(
  ports: Ports,
  { task, kept, pages, tries, found }: Batch,
  signal: AbortSignal,
): Promise<OcrPage[] | undefined> {
  const { job, mediaType, request } = task
  const keep = async (now: OcrPage[]) => {
    const read = now.map((page) => betterOf(found.get(page.page), page))
    await kept.end(
      read.map((page) => ({
        unit: page.page,
        state: page.failure ? ('failed' as const) : ('done' as const),
        body: page,
      })),
    )
    return read
  }
  const allFailed = (failure: OcrPage['failure'] & {}) => keep(pages.map(unreadPage(failure)))
  if (pages.some((page) => (tries.get(page) ?? 0) >= MOST_TRIES)) return allFailed(QUARANTINED)
  for (const page of pages) tries.set(page, (tries.get(page) ?? 0) + 1)
  try {
    const read = await kept.tried(pages, signal, () =>
      withContent(ports, job.digest, (file) =>
        ports.extractor.ocr(file, mediaType, { ...request, pages }, signal),
      ),
    )
    return await keep(read)
  } catch (error) {
    if (signal.aborted || task.isPicture || !(isDeath(error) || isAboutTheFile(error))) throw error
    const [page = 0] = pages
    const isOver = error.reason !== 'PARSER_DIED' || (tries.get(page) ?? 0) >= MOST_TRIES
    return pages.length === 1 && isOver ? allFailed(failureOf(error)) : undefined
  }
}

/** A page that was read badly is read again to be read better: what is worse changes nothing. */
const betterOf = (before: OcrPage | undefined, now: OcrPage): OcrPage =>
  before && !before.failure && (now.failure || now.confidence < before.confidence) ? before : now

const unreadPage = (failure: NonNullable<OcrPage['failure']>) => (page: number) =>
  ({ page, text: '', confidence: 0, rotation: 0, failure }) as const

async function resultOf(ports: Ports, task: Task, pages: OcrPage[]): Promise<StepResult> {
  const { isPicture, request, hasOtherText } = task
  const parts = partsOf(pages, isPicture)
  const coverage = coverageOf(pages, isPicture ? 'picture' : 'page')
  const read = pages.filter(({ text }) => text !== '')
  const [failed] = pages.flatMap(({ failure }) => failure ?? [])
  const isEmpty = parts.length === 0
  return {
    state: failed ? (coverage.done > 0 ? 'partial' : 'failed') : isEmpty ? 'skipped' : 'done',
    coverage,
    facts: {
      languages: request.languages,
      failedUnits: pages.flatMap(({ page, failure }) => (failure ? [page] : [])),
      confidence: Math.round(
        read.reduce((sum, page) => sum + page.confidence, 0) / (read.length || 1),
      ),
      certainty: certaintyFacts(pages),
      wordCount: parts.reduce((sum, { text }) => sum + countWords(text), 0),
    },
    ...(failed && (coverage.done > 0 ? SOME_UNREAD : failed)),
    ...(!failed && isEmpty && NOTHING),
    blobId: await storeDerived(ports, encodePages(pages)),
    next: isEmpty && !hasOtherText ? [] : [queued(CHUNK_STEP)],
  }
}

const SOME_UNREAD = {
  reason: 'PAGES_NOT_READ',
  message: 'Some pages could not be read. The others are searchable.',
}

const NOTHING = { reason: 'NO_TEXT', message: 'There is no text in this picture.' }

/** Nothing of it: no program to read with, or no picture that can be read. */
function unread({ pages, isPicture, hasOtherText }: Task, error: AppError): StepResult {
  const { reason, message } = failureOf(error)
  const missing = coverageOf(
    pages.map(unreadPage({ reason, message })),
    isPicture ? 'picture' : 'page',
  )
  const isSilent = isNotAvailable(error) || reason === 'NO_TEXT_IN_TYPE'
  return {
    state: isSilent ? 'skipped' : 'failed',
    coverage: missing,
    facts: {},
    reason,
    message,
    next: hasOtherText ? [queued(CHUNK_STEP)] : [],
  }
}
