import type { Kind } from '../model/kind.ts'
import type { Coverage, Part } from '../model/locator.ts'
import type { BlobFile } from './blob-store.ts'

/** What a look at the first bytes tells. */
export interface Probe {
  /** By magic bytes, then by content; the file's name only breaks ties between text formats. */
  mediaType: string
  /** Coarse kind for facets and icons. */
  kind: Kind
}

export interface Extraction {
  parts: Part[]
  coverage: Coverage
  /** Why `coverage` is not full, when it is not: `NO_TEXT_LAYER`, `PAGE_LIMIT`, `TEXT_LIMIT`, … */
  partialReason?: string
  /**
   * Pages of a PDF, slides, sheets; of a text document as its writer says, which may be wrong. Absent
   * where the format has none, or nobody says.
   */
  pageCount?: number
  /** Pages without a text layer that are pictures of text for all one can tell, from 1, ascending. */
  scannedPages?: number[]
  /** How long a recording or a film plays. */
  durationMs?: number
  /** Difference hash of a picture (dHash, 64 bits) as 16 hex digits; near pictures differ in few bits. */
  pictureHash?: string
  /** ISO 639-1, absent when undecidable. */
  language?: string
  wordCount: number
  /** Title, author and the like, as the file states them. */
  metadata: Record<string, string>
  /** Files inside a mail, in order; fetched one by one with `attachment`. */
  attachments: { name: string; mediaType: string; sizeBytes: number }[]
}

/** What was read out of the picture of one page. */
export interface OcrPage {
  /** From 1; of an image always 1. */
  page: number
  /** Empty where there is nothing to read; with a `failure`, what could be read in spite of it. */
  text: string
  /** 0 to 100, the mean of its words by their length; 0 without text. */
  confidence: number
  /** How far the page was turned clockwise to be read. */
  rotation: 0 | 90 | 180 | 270
  /** Why this page alone was not read, or not all of it. */
  failure?: { reason: string; message: string }
}

export interface OcrRequest {
  /** From 1, at most `MOST_OCR_PAGES` of them; of an image only 1. */
  pages: readonly number[]
  /** ISO 639-2 codes as Tesseract has them: `eng`, `deu`; the likeliest first. */
  languages: readonly string[]
  /** Models folder, which may hold more languages: `tesseract/<language>/<language>.traineddata`. */
  modelsDir?: string
}

/** Pages of one call of `ocr`: what a killed worker or a poisoned page may cost at most. */
export const MOST_OCR_PAGES = 8

/** A file in an archive, as the archive's list has it. */
export interface WantedEntry {
  /** Ascending in a request. */
  index: number
  /** More than this does not come out of it. */
  sizeBytes: number
}

export interface UnpackedEntry {
  index: number
  bytes?: Uint8Array
  /** Why there are none. */
  failure?: { reason: string; message: string }
}

/** Longest recording that is believed in: a month. Containers state any length. */
export const LONGEST_RECORDING_MS = 31 * 24 * 3_600_000

/**
 * Turns one file into located text, and into a picture of its first page. Every call runs outside
 * this process, with limits of time, memory and output; what the parser does to itself stays there.
 *
 * All methods throw AppError: `unsupported_type` (reason `NO_TEXT_IN_TYPE`, `PASSWORD_PROTECTED`,
 * `DAMAGED_FILE`, `EMPTY_FILE`, `TOO_LARGE_INSIDE`, `DTD_FORBIDDEN`, …) when the file is at fault,
 * `unavailable` when a needed program or model is missing (`NO_CONVERTER`, `NO_OCR`), `internal` (reason `PARSER_DIED`,
 * `PARSER_TIMEOUT`, `PARSER_MEMORY`) when the parser was killed.
 */
export interface Extractor {
  /** What `ocr` is asked with where nobody knows better. */
  readonly reading: Pick<OcrRequest, 'languages' | 'modelsDir'>
  probe(file: Pick<BlobFile, 'fd' | 'sizeBytes'>, name: string): Promise<Probe>
  extract(
    file: BlobFile,
    mediaType: string,
    signal: AbortSignal,
    onProgress?: (share: number) => void,
  ): Promise<Extraction>
  /** Picture of the first page, WebP, at most `widthPx` wide. */
  preview(
    file: BlobFile,
    mediaType: string,
    widthPx: number,
    signal: AbortSignal,
  ): Promise<Uint8Array>
  /**
   * Pictures of the pages of a file that no browser turns over (TIFF), WebP, at most `widthPx` wide, from
   * the first on; as many as fit. None for formats that are one picture.
   */
  pagePictures(
    file: BlobFile,
    mediaType: string,
    widthPx: number,
    signal: AbortSignal,
  ): Promise<Uint8Array[]>
  /** Text in the pictures of some pages; one answer a page, in the order asked for. */
  ocr(
    file: BlobFile,
    mediaType: string,
    request: OcrRequest,
    signal: AbortSignal,
  ): Promise<OcrPage[]>
  /**
   * The picture itself (or the first page) as rows of RGB, 8 bits a channel, scaled and cropped
   * around its middle to exactly this size.
   */
  pixels(
    file: BlobFile,
    mediaType: string,
    size: { widthPx: number; heightPx: number },
    signal: AbortSignal,
  ): Promise<Uint8Array>
  /** ISO 639-1 language of located text; undefined when it is too short or undecidable. */
  languageOf(parts: readonly Part[]): Promise<string | undefined>
  /**
   * Files out of an archive, one
   * answer each, in the order asked for. One that cannot be unpacked says why, and the others come.
   */
  unpack(
    file: BlobFile,
    mediaType: string,
    entries: readonly WantedEntry[],
    signal: AbortSignal,
  ): Promise<UnpackedEntry[]>
  /** Bytes of the mail attachment at `index`. */
  attachment(file: BlobFile, index: number, signal: AbortSignal): Promise<Uint8Array>
}
