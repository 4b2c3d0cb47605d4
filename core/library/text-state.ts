import type { Step } from '../model/job.ts'
import type { Coverage } from '../model/locator.ts'
import type { DerivationRow, Understanding } from '../ports/index.ts'
import { isNotAvailable, overallCoverage } from './modalities.ts'

/** How far the text of one version was read, as those may know who see it. */
export interface TextState {
  /** `partial`: some of it; what is missing is in `coverage`. */
  state: Understanding
  reason?: string
  message?: string
  coverage?: Coverage
  wordCount?: number
  /** Pages of a PDF, slides, sheets. */
  pageCount?: number
  /** Path of the extraction; never leaves the server. */
  blobPath?: string
}

const READERS: readonly Step[] = ['extract', 'ocr', 'speech']

/** From the worst: what is said of all is what has to be said of one. */
const GRAVITY: readonly Understanding[] = [
  'failed',
  'partial',
  'working',
  'waiting',
  'no_text',
  'ready',
]

/** What the steps that are shown of a version tell of its text, whichever of them read it. */
export function textStateOf(steps: readonly DerivationRow[]): TextState {
  const of = (name: Step) => steps.find(({ step }) => step === name)
  const [probe, extract, chunk] = [of('probe'), of('extract'), of('chunk')]
  const wordCount = count(chunk?.facts.wordCount) ?? count(extract?.facts.wordCount)
  const readers = steps.filter(({ step }) => READERS.includes(step))
  const told = readers.length > 0 || !probe || probe.state === 'done' ? readers : [probe]
  const states = told.map((row) => ({ row, state: stateOf(row, (wordCount ?? 0) > 0) }))
  const worst = GRAVITY.flatMap((state) => states.find((each) => each.state === state) ?? [])[0]
  const { reason, message } = worst?.row ?? {}
  const coverage = overallCoverage(steps)
  const pageCount = count(extract?.facts.pageCount)
  // What several steps have read is put together by the one that cuts it.
  const blobPath = chunk?.blobPath ?? extract?.blobPath
  return {
    state: worst?.state ?? 'waiting',
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
    ...(coverage && { coverage }),
    ...(wordCount !== undefined && { wordCount }),
    ...(pageCount !== undefined && { pageCount }),
    ...(blobPath !== undefined && { blobPath }),
  }
}

const count = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined

function stateOf({ state, reason }: DerivationRow, hasText: boolean): Understanding {
  if (state === 'done') return 'ready'
  if (state === 'waiting' || state === 'working') return hasText ? 'partial' : state
  if (state !== 'skipped') return state
  if (!hasText) return 'no_text'
  return isNotAvailable(reason) ? 'partial' : 'ready'
}
