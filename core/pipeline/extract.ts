import type { AppError } from '../errors.ts'
import { storeDerived } from '../ingest/store-derived.ts'
import type { Coverage } from '../model/locator.ts'
import type { Extraction, StepResult } from '../ports/index.ts'
import { isAboutTheFile, isNotAvailable, probedOf, withContent } from './content.ts'
import { encodeExtraction } from './extraction.ts'
import {
  CHUNK_STEP,
  EXTRACT_STEP,
  NEAR_STEP,
  OCR_STEP,
  type QueuedStep,
  queued,
  SPEECH_STEP,
} from './order.ts'
import type { StepDefinition } from './step.ts'

/** What staff are told when a file was read but not all of it. */
const PARTIAL: Record<string, string> = {
  TEXT_LIMIT: 'The file has more text than is read from one file. The rest is not searchable.',
  FILE_TRUNCATED: 'The file ends in the middle. What comes before the break is searchable.',
  PARTS_NOT_READ: 'Some parts of the file could not be read. The others are searchable.',
  PAGE_LIMIT: 'The file has more pages than are read from one file. The rest is not searchable.',
  ENTRY_LIMIT: 'The archive holds more than is listed of one. The rest is not searchable.',
  EMPTY_ARCHIVE: 'There is nothing in this archive.',
}

/** What reads the text of a kind that has none in letters. */
const READ_BY: Record<string, QueuedStep> = {
  image: OCR_STEP,
  audio: SPEECH_STEP,
  video: SPEECH_STEP,
}

/** Reads what a content says in letters and of itself, and decides who reads the rest. */
export const extractStep: StepDefinition = {
  ...EXTRACT_STEP,

  async run(ports, { digest }, { signal, progress }) {
    const { mediaType, kind } = await probedOf(ports, digest)
    try {
      const extraction = await withContent(ports, digest, (file) =>
        ports.extractor.extract(file, mediaType, signal, progress),
      )
      const blobId = await storeDerived(ports, encodeExtraction(extraction))
      return { ...resultOf(extraction, kind), blobId }
    } catch (error) {
      if (isAboutTheFile(error)) return refusal(error, kind)
      throw error
    }
  },
}

/** Nobody's fault: the file is as it should be, and has nothing to read (here). */
const isNothingToRead = (error: AppError): boolean =>
  NOTHING_TO_READ.some((reason) => reason === error.reason) || isNotAvailable(error)

const NOTHING_TO_READ = ['NO_TEXT_IN_TYPE', 'EMPTY_FILE', 'NOT_LISTED']

/** Final: trying again would find the same file. */
function refusal(error: AppError, kind: string): StepResult {
  const { reason = 'DAMAGED_FILE', message } = error
  const reader = isNothingToRead(error) ? READ_BY[kind] : undefined
  return {
    state: isNothingToRead(error) ? 'skipped' : 'failed',
    ...(!reader && { coverage: { unit: 'file', done: 0, total: 1, missing: [message] } }),
    facts: {},
    reason,
    message,
    next: reader ? [queued(reader)] : [],
  }
}

function resultOf(extraction: Extraction, kind: string): StepResult {
  const { parts, partialReason, attachments, scannedPages = [] } = extraction
  const reader = scannedPages.length > 0 ? OCR_STEP : READ_BY[kind]
  const hasText = parts.length > 0
  const coverage = ownCoverage(extraction, reader !== undefined)
  const isSilent = !hasText && !reader
  const isPartial = isCut(partialReason) || (!isSilent && (coverage?.missing.length ?? 0) > 0)
  return {
    state: isSilent ? 'skipped' : isPartial ? 'partial' : 'done',
    ...(coverage && { coverage }),
    facts: factsOf({ ...extraction, attachments }),
    ...(isSilent && why(partialReason ?? 'NO_TEXT')),
    ...(isPartial && partialReason !== undefined && why(partialReason)),
    next: [
      ...(reader ? [queued(reader)] : hasText ? [queued(CHUNK_STEP)] : []),
      ...(extraction.pictureHash === undefined ? [] : [queued(NEAR_STEP)]),
    ],
  }
}

/** Whether there is more in the file than was looked at. */
const isCut = (reason: string | undefined): boolean =>
  reason !== undefined && reason !== 'NO_TEXT_IN_TYPE' && reason !== 'NO_TEXT_LAYER'

const why = (reason: string) => ({
  reason,
  message: PARTIAL[reason] ?? 'There is no text in this file.',
})

/** What another step reads is that step's to account for. */
function ownCoverage(
  { coverage, scannedPages = [] }: Extraction,
  hasReader: boolean,
): Coverage | undefined {
  if (hasReader && coverage.unit === 'file') return undefined
  const total = coverage.total - scannedPages.length
  return total > 0 || !hasReader ? { ...coverage, total } : undefined
}

const factsOf = (extraction: Extraction): Record<string, unknown> => {
  const { wordCount, metadata, attachments } = extraction
  const { pageCount, language, scannedPages, durationMs, pictureHash } = extraction
  return {
    wordCount,
    metadata,
    attachments,
    ...(pageCount !== undefined && { pageCount }),
    ...(language && { language }),
    ...(scannedPages && scannedPages.length > 0 && { scannedPages }),
    ...(durationMs !== undefined && { durationMs }),
    ...(pictureHash !== undefined && { pictureHash }),
  }
}
