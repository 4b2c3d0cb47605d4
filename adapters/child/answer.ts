import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { KINDS } from '../../core/model/kind.ts'
import { LONGEST_RECORDING_MS, MOST_OCR_PAGES } from '../../core/ports/extractor.ts'
import type { Extraction, Listened, OcrPage, Probe } from '../../core/ports/index.ts'

const NONSENSE = 'Reading this file gave an answer that makes no sense.'

/** A page full of the smallest print has some 20,000 characters. */
const MOST_PAGE_TEXT = 1_000_000

const MediaType = z.string().regex(/^[a-z]+\/[\w.+-]{1,100}$/)
const Count = z.number().int().nonnegative()

/** What a container claims of its length, which may be anything; work is planned by it. */
const Duration = z
  .number()
  .nonnegative()
  .transform((ms) => Math.round(Math.min(ms, LONGEST_RECORDING_MS)))

const ProbeAnswer = z.object({ mediaType: MediaType, kind: z.enum(KINDS) })

const Locator = z.object({
  page: Count.exactOptional(),
  slide: Count.exactOptional(),
  sheet: z.string().max(500).exactOptional(),
  cells: z.string().max(50).exactOptional(),
  startMs: Count.exactOptional(),
  endMs: Count.exactOptional(),
  path: z.string().max(4096).exactOptional(),
  heading: z.string().max(1000).exactOptional(),
  line: Count.exactOptional(),
})

/** What a date can be in JavaScript. */
const Moment = z.number().int().min(-8.64e15).max(8.64e15)

const Entry = z.object({
  index: Count,
  type: z.enum(['file', 'folder', 'link', 'other']),
  sizeBytes: Count,
  modifiedAt: Moment.exactOptional(),
  isEncrypted: z.boolean().exactOptional(),
})

const ExtractionAnswer = z.object({
  parts: z.array(z.object({ text: z.string(), locator: Locator, entry: Entry.exactOptional() })),
  coverage: z.object({
    unit: z.enum(['page', 'slide', 'sheet', 'part', 'file', 'minute', 'picture', 'entry']),
    done: Count,
    total: Count,
    missing: z.array(z.string().max(1000)).max(1000),
  }),
  partialReason: z.string().max(50).exactOptional(),
  pageCount: Count.exactOptional(),
  scannedPages: z.array(Count.min(1)).max(100_000).exactOptional(),
  durationMs: Duration.exactOptional(),
  pictureHash: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .exactOptional(),
  wordCount: Count,
  metadata: z.record(z.string(), z.string().max(1000)),
  attachments: z
    .array(z.object({ name: z.string(), mediaType: z.string(), sizeBytes: Count }))
    .max(5000),
})

const OcrAnswer = z
  .array(
    z.object({
      page: Count.min(1),
      text: z.string().max(MOST_PAGE_TEXT),
      confidence: z.number().min(0).max(100),
      rotation: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
      failure: z
        .object({ reason: z.string().max(50), message: z.string().max(500) })
        .exactOptional(),
    }),
  )
  .max(MOST_OCR_PAGES)

/**
 * The parser's answer as a value of known shape. A parser reads hostile files, so what comes out of
 * its process is input, not data of ours.
 *
 * @throws AppError `internal` (reason `PARSER_DIED`)
 */
export const readProbe = (json: Uint8Array): Probe => checked(ProbeAnswer, json)

/** See `readProbe`. */
export const readExtractionAnswer = (json: Uint8Array): Omit<Extraction, 'language'> =>
  checked(ExtractionAnswer, json)

/** Exactly the pages that were asked for, in that order. See `readProbe`. */
export function readOcrPages(json: Uint8Array, pages: readonly number[]): OcrPage[] {
  const read = checked(OcrAnswer, json)
  if (read.map(({ page }) => page).join() === pages.join()) return read
  throw new AppError('internal', NONSENSE, { reason: 'PARSER_DIED' })
}

/** Rows of RGB of exactly this size. See `readProbe`. */
export function readPixels(bytes: Uint8Array, size: { widthPx: number; heightPx: number }) {
  if (bytes.length === 3 * size.widthPx * size.heightPx) return bytes
  throw new AppError('internal', NONSENSE, { reason: 'PARSER_DIED' })
}

const SpeechAnswer = z.object({
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/)
    .exactOptional(),
  endMs: Count.exactOptional(),
})

/** See `readProbe`. */
export const readSpeechAnswer = (json: Uint8Array): Listened => checked(SpeechAnswer, json)

/** A picture is sent on to browsers as WebP, so it has to be one. See `readProbe`. */
export function readPicture(bytes: Uint8Array): Uint8Array {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return bytes
  throw new AppError('internal', NONSENSE, { reason: 'PARSER_DIED' })
}

function checked<Shape extends z.ZodType>(shape: Shape, json: Uint8Array): z.output<Shape> {
  try {
    return shape.parse(JSON.parse(new TextDecoder().decode(json)))
  } catch (cause) {
    throw new AppError('internal', NONSENSE, { reason: 'PARSER_DIED', cause })
  }
}
