import type { AppError } from '../errors.ts'
import { storeDerived } from '../ingest/store-derived.ts'
import type { Extraction, StepResult } from '../ports/index.ts'
import { isAboutTheFile, mediaTypeOf, withContent } from './content.ts'
import { encodeExtraction } from './extraction.ts'
import { CHUNK_STEP, EXTRACT_STEP, queued } from './order.ts'
import type { StepDefinition } from './step.ts'

/** Reasons that are nobody's fault: the file is as it should be, and has nothing to read (here). */
const NOTHING_TO_READ = new Set(['NO_TEXT_IN_TYPE', 'EMPTY_FILE', 'NO_CONVERTER'])

/** What staff are told when a file was read but not all of it. */
const PARTIAL: Record<string, string> = {
  NO_TEXT_IN_TYPE:
    'Text in pictures needs OCR, which this version does not have. The file is found by its name.',
  NO_TEXT_LAYER: 'Some pages are pictures. Their text needs OCR, which this version does not have.',
  TEXT_LIMIT: 'The file has more text than is read from one file. The rest is not searchable.',
  FILE_TRUNCATED: 'The file ends in the middle. What comes before the break is searchable.',
  PARTS_NOT_READ: 'Some parts of the file could not be read. The others are searchable.',
  PAGE_LIMIT: 'The file has more pages than are read from one file. The rest is not searchable.',
}

/** Reads the located text out of a content and keeps it as a derived blob. */
export const extractStep: StepDefinition = {
  ...EXTRACT_STEP,

  async run(ports, { digest }, { signal, progress }) {
    const mediaType = await mediaTypeOf(ports, digest)
    try {
      const extraction = await withContent(ports, digest, (file) =>
        ports.extractor.extract(file, mediaType, signal, progress),
      )
      const blobId = await storeDerived(ports, encodeExtraction(extraction))
      return { ...resultOf(extraction), blobId }
    } catch (error) {
      if (isAboutTheFile(error)) return refusal(error)
      throw error
    }
  },
}

/** Final: trying again would find the same file. */
const refusal = ({ reason = 'DAMAGED_FILE', message }: AppError): StepResult => ({
  state: NOTHING_TO_READ.has(reason) ? 'skipped' : 'failed',
  coverage: { unit: 'file', done: 0, total: 1, missing: [message] },
  facts: {},
  reason,
  message,
  next: [],
})

function resultOf(extraction: Extraction): StepResult {
  const { parts, coverage, partialReason, attachments } = extraction
  const isPartial = partialReason !== undefined || coverage.missing.length > 0
  const hasText = parts.length > 0
  return {
    state: !hasText ? 'skipped' : isPartial ? 'partial' : 'done',
    coverage,
    facts: {
      wordCount: extraction.wordCount,
      metadata: extraction.metadata,
      attachments,
      ...(extraction.pageCount !== undefined && { pageCount: extraction.pageCount }),
      ...(extraction.language && { language: extraction.language }),
    },
    ...why(hasText, partialReason),
    next: hasText ? [queued(CHUNK_STEP)] : [],
  }
}

function why(hasText: boolean, partialReason?: string): { reason?: string; message?: string } {
  if (hasText && partialReason === undefined) return {}
  const reason = partialReason ?? 'NO_TEXT'
  return { reason, message: PARTIAL[reason] ?? 'There is no text in this file.' }
}
