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
  /** Pages of a PDF, slides, sheets; absent where the format has none. */
  pageCount?: number
  /** ISO 639-1, absent when undecidable. */
  language?: string
  wordCount: number
  /** Title, author and the like, as the file states them. */
  metadata: Record<string, string>
  /** Files inside a mail, in order; fetched one by one with `attachment`. */
  attachments: { name: string; mediaType: string; sizeBytes: number }[]
}

/**
 * Turns one file into located text, and into a picture of its first page. Every call runs outside
 * this process, with limits of time, memory and output; what the parser does to itself stays there.
 *
 * All methods throw AppError: `unsupported_type` (reason `NO_TEXT_IN_TYPE`, `PASSWORD_PROTECTED`,
 * `DAMAGED_FILE`, `EMPTY_FILE`, `TOO_LARGE_INSIDE`, `DTD_FORBIDDEN`, …) when the file is at fault,
 * `unavailable` when a needed program is missing, `internal` (reason `PARSER_DIED`,
 * `PARSER_TIMEOUT`, `PARSER_MEMORY`) when the parser was killed.
 */
export interface Extractor {
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
  /** Bytes of the mail attachment at `index`. */
  attachment(file: BlobFile, index: number, signal: AbortSignal): Promise<Uint8Array>
}
