import type { Extraction, OcrPage, Probe, UnpackedEntry, WantedEntry } from './extractor.ts'
import type { Listened, Listening, Segment } from './transcriber.ts'

/**
 * One format's reader. Runs in a process of its own that may be killed at any moment, with limits of
 * time, memory and output; so it takes what it needs and does not clean up after itself, files in
 * its temporary folder apart.
 *
 * Throws AppError as the `Extractor` port lists them; anything else counts as a damaged file.
 */
export interface Parser {
  extract(file: ParserFile, progress: (share: number) => void): Promise<Draft>
  /**
   * Picture of the first page, WebP. Where there is none (undefined), or no such method, a page of the
   * text is painted instead.
   */
  preview?(file: ParserFile, widthPx: number): Promise<Uint8Array | undefined>
  /**
   * Pictures of the pages of a file that no browser turns over, WebP, from the first on; as many of them
   * as fit into `maxBytes`. None for formats that are one picture.
   */
  pagePictures?(
    file: ParserFile,
    size: { widthPx: number; maxBytes: number },
  ): AsyncIterable<Uint8Array>
  /** Bytes of the file at `index` of `attachments`. */
  attachment?(file: ParserFile, index: number): Promise<Uint8Array>
  /** Files out of an archive, in the order asked for. */
  unpack?(file: ParserFile, entries: readonly WantedEntry[]): AsyncIterable<UnpackedEntry>
  /** The look of these pages, one after the other, each painted only when it is asked for. */
  paintPages?(file: ParserFile, pages: readonly number[]): AsyncIterable<PaintedPage>
  /** Rows of RGB, cropped around the middle to exactly this size. */
  pixels?(file: ParserFile, size: { widthPx: number; heightPx: number }): Promise<Uint8Array>
}

/** One page and how to paint it: large enough to be read, never larger than memory allows. */
export interface PaintedPage {
  /** From 1. */
  page: number
  /** @throws AppError when this page alone cannot be painted; the others still can */
  paint(signal: AbortSignal): Promise<PagePicture>
}

/** A page in shades of grey: a byte a pixel, row by row, 255 is white. */
export interface PagePicture {
  widthPx: number
  heightPx: number
  grey: Uint8Array
  /** Some of it could not be unpacked: what is left is worth reading, but is not all. */
  isDamaged?: boolean
}

/** Reads the text in pictures of pages (OCR). */
export interface PageReader {
  /** @throws AppError `internal` when the engine failed at this page; the signal's reason */
  read(
    picture: PagePicture,
    signal: AbortSignal,
  ): Promise<Pick<OcrPage, 'text' | 'confidence' | 'rotation'>>
  close(): Promise<void>
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

/** What to hear, and who hears it. */
export interface SpeechRequest extends Listening {
  /** Folder of the speech model, absolute. */
  model: string
}

/** All formats this box reads; each is loaded when it is asked for, as a process reads one file. */
export interface Parsers {
  /** @param extension of the file's name, with its dot, lower case; '' when it has none */
  probe(file: ParserFile, extension: string): Promise<Probe>
  of(mediaType: string): Promise<Parser | undefined>
  /**
   * Hears what is said in a recording, and tells it window by window.
   *
   * @throws AppError `unsupported_type` (`NO_SOUND`) for a film without sound, `unavailable`
   *   (`NO_FFMPEG`, `NO_SPEECH_MODEL`)
   */
  speech(
    file: ParserFile,
    request: SpeechRequest,
    tell: (segments: Segment[], untilMs: number) => void,
  ): Promise<Listened>
  /** Typesets the beginning of a text as a page, WebP, for formats without pages of their own. */
  textPage(text: string, widthPx: number): Promise<Uint8Array>
  /** @throws AppError `unavailable` (`NO_OCR`) when there is no data for any of the languages */
  pageReader(languages: readonly string[], modelsDir?: string): Promise<PageReader>
}
