import type { Coverage } from '../model/locator.ts'
import type { DerivationRow, Understanding } from '../ports/index.ts'

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

/** What the steps that are shown of a version tell of its text. */
export function textStateOf(steps: readonly DerivationRow[]): TextState {
  const of = (name: string) => steps.find(({ step }) => step === name)
  const [probe, extract] = [of('probe'), of('extract')]
  const told = extract ?? (probe?.state === 'done' ? undefined : probe)
  const { coverage, reason, message, facts = {} } = told ?? {}
  const count = (value: unknown) => (typeof value === 'number' ? value : undefined)
  const [wordCount, pageCount] = [count(facts.wordCount), count(facts.pageCount)]
  return {
    state: stateOf(told),
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
    ...(coverage && { coverage }),
    ...(wordCount !== undefined && { wordCount }),
    ...(pageCount !== undefined && { pageCount }),
    ...(extract?.blobPath !== undefined && { blobPath: extract.blobPath }),
  }
}

function stateOf(step: DerivationRow | undefined): Understanding {
  if (!step) return 'waiting'
  if (step.state === 'done') return 'ready'
  return step.state === 'skipped' ? 'no_text' : step.state
}
