import { certaintyOf, isHardToRead, type UnitCertainty } from '../model/certainty.ts'
import { NOT_AVAILABLE, type Step } from '../model/job.ts'
import type { Coverage } from '../model/locator.ts'
import type { DerivationRow } from '../ports/index.ts'

/** Ways in which a file is understood, and the step that each is the work of. */
const STEP_OF = {
  text: 'extract',
  ocr: 'ocr',
  speech: 'speech',
  image: 'picture',
  embedding: 'embed',
  index: 'index',
} as const satisfies Record<string, Step>

export const MODALITIES = Object.keys(STEP_OF) as Modality[]
export type Modality = keyof typeof STEP_OF

/**
 * `not_available`: a program or model is missing that would do it. `none`: there is nothing of the
 * kind in the file.
 */
export const MODALITY_STATES = [
  'waiting',
  'working',
  'done',
  'partial',
  'failed',
  'not_available',
  'none',
] as const
export type ModalityState = (typeof MODALITY_STATES)[number]

/** How far a file is understood in one way. */
export interface ModalityView {
  modality: Modality
  /** What `retry` is told. */
  step: Step
  state: ModalityState
  coverage?: Coverage
  reason?: string
  message?: string
  /** Pages or minutes that were not read, from 1: what `retry` may be told beside the step. */
  failedUnits: number[]
  /** How sure the reading is on the whole, 0 to 100; of text in pictures alone. */
  confidence?: number
  /** The same of each page that has text. */
  certainty: UnitCertainty[]
  /** Pages that were read, but badly: they can be compared, scanned again, or read again. */
  hardUnits: number[]
}

/** How far a file is understood, way by way; ways that are not for such a file are left out. */
export function modalitiesOf(steps: readonly DerivationRow[]): ModalityView[] {
  return MODALITIES.flatMap((modality) => {
    const row = steps.find(({ step }) => step === STEP_OF[modality])
    return row ? [viewOf(modality, row)] : []
  })
}

function viewOf(modality: Modality, row: DerivationRow): ModalityView {
  const { coverage, reason, message, facts, step } = row
  const certainty = certaintyOf(facts)
  const isRead = typeof facts.confidence === 'number' && Number(facts.wordCount) > 0
  return {
    modality,
    step,
    state: stateOf(row),
    ...(coverage && { coverage }),
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
    failedUnits: Array.isArray(facts.failedUnits) ? (facts.failedUnits as number[]) : [],
    ...(isRead && { confidence: facts.confidence as number }),
    certainty,
    hardUnits: certainty.filter(isHardToRead).map(({ unit }) => unit),
  }
}

function stateOf({ step, state, reason, facts }: DerivationRow): ModalityState {
  if (state === 'skipped') return isNotAvailable(reason) ? 'not_available' : 'none'
  return step === 'extract' && state === 'done' && facts.wordCount === 0 ? 'none' : state
}

/** Whether a reason says that a program or model is missing. */
export const isNotAvailable = (reason: string | undefined): boolean =>
  NOT_AVAILABLE.some((each) => each === reason)

/**
 * How much of a file was read, whoever read it: text layer and pictures of a mixed file together. What
 * is still to be read counts as not done. Undefined while nobody has looked.
 */
export function overallCoverage(steps: readonly DerivationRow[]): Coverage | undefined {
  const of = (step: Step) => steps.find((row) => row.step === step)
  const [probe, extract, reader] = [of('probe'), of('extract'), of('ocr') ?? of('speech')]
  const own = extract?.coverage ?? (probe?.state === 'skipped' ? probe.coverage : undefined)
  const others = reader?.coverage ?? toCome(extract)
  if (!own || !others) return own ?? others
  if (own.unit !== others.unit) return others
  const gaps = [...(own.gaps ?? []), ...(others.gaps ?? [])]
  return {
    unit: own.unit,
    done: own.done + others.done,
    total: own.total + others.total,
    missing: [...own.missing, ...others.missing],
    ...(gaps.length > 0 && { gaps }),
  }
}

function toCome(extract: DerivationRow | undefined): Coverage | undefined {
  const pages = extract?.facts.scannedPages
  if (!Array.isArray(pages) || pages.length === 0) return undefined
  return { unit: 'page', done: 0, total: pages.length, missing: [] }
}
