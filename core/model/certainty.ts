import type { OcrPage } from '../ports/extractor.ts'

/** Pages below this count as read, but half of their words may be wrong: they are told as such. */
export const HARD_TO_READ = 60

/** How sure the reading of one page is, 0 to 100. */
export interface UnitCertainty {
  /** From 1. */
  unit: number
  confidence: number
}

/** Of pages that were read and have text, as it is kept in the facts of the step. */
export const certaintyFacts = (pages: readonly OcrPage[]): [number, number][] =>
  pages
    .filter(({ text, failure }) => text !== '' && !failure)
    .map(({ page, confidence }) => [page, Math.round(confidence)])

/** What `certaintyFacts` wrote; nothing of files that were read by an earlier version. */
export function certaintyOf({ certainty }: Record<string, unknown>): UnitCertainty[] {
  if (!Array.isArray(certainty)) return []
  return (certainty as [number, number][]).map(([unit, confidence]) => ({ unit, confidence }))
}

/** Whether a page was read so badly that it may be read again. */
export const isHardToRead = ({ confidence }: Pick<UnitCertainty, 'confidence'>): boolean =>
  confidence < HARD_TO_READ
