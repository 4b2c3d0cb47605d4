import type { Extraction, Probe } from './extractor.ts'

/**
 * One format's reader. Runs in a process of its own that may be killed at any moment, with limits of
 * time, memory and output; so it takes what it needs and does not clean up after itself, files in
 * its temporary folder apart.
 *
 * Throws AppError as the `Extractor` port lists them; anything else counts as a damaged file.
 */
export interface Parser {
  extract(file: ParserFile, progress: (share: number) => void): Promise<Draft>
  /** Picture of the first page, WebP. A parser without one gets a page of its text instead. */
  preview?(file: ParserFile, widthPx: number): Promise<Uint8Array>
  /** Bytes of the file at `index` of `attachments`. */
  attachment?(file: ParserFile, index: number): Promise<Uint8Array>
}

/** What a parser gives. What is the same for every format is added once, after it. */
export type Draft = Omit<Extraction, 'language' | 'wordCount' | 'attachments'> &
  Partial<Pick<Extraction, 'attachments'>>

/** The one file a parser may see: opened before it started, without a name. */
export interface ParserFile {
  /** A regular file. Its offset may be shared with another process, so read by position only. */
  readonly fd: number
  readonly sizeBytes: number
  readonly mediaType: string
  /** Opens the same file afresh, for programs that want a path and inherit `fd` as their own 0. */
  readonly path: string
  /** Up to `length` bytes from `position`; fewer at the end. */
  read(position: number, length: number): Uint8Array
  /** All bytes. @throws AppError `unsupported_type` (reason `TOO_LARGE_INSIDE`) above `maxBytes` */
  whole(maxBytes: number): Uint8Array
}

/** All formats this box reads; each is loaded when it is asked for, as a process reads one file. */
export interface Parsers {
  /** @param extension of the file's name, with its dot, lower case; '' when it has none */
  probe(file: ParserFile, extension: string): Promise<Probe>
  of(mediaType: string): Promise<Parser | undefined>
  /** Typesets the beginning of a text as a page, WebP, for formats without pages of their own. */
  textPage(text: string, widthPx: number): Promise<Uint8Array>
}
