import { extname } from 'node:path'
import type { Extractor } from '../../core/ports/index.ts'
import { readExtractionAnswer, readPicture, readPixels, readProbe } from './answer.ts'
import { languageOf } from './language.ts'
import { ocrByParser } from './ocr.ts'
import { picturesByParser } from './page-pictures.ts'
import { type ChildOptions, runParser } from './run.ts'
import { unpackByParser } from './unpack.ts'

const KIB = 1024
const MIB = 1024 * KIB
/** 32 MiB of text with its locators, and room for JSON's escapes. */
const MAX_EXTRACTION = 96 * MIB
const MAX_PREVIEW = 4 * MIB
/** An attachment is part of a mail that was stored, so it is large only when that is. */
const MAX_ATTACHMENT = 256 * MIB

/** What comes with the product. */
const READ_LANGUAGES = ['eng', 'deu', 'fra']

/**
 * Reads files in child processes, one per file: input on descriptor 0, request as an argument,
 * answer on 1, progress and blame on 3. The parser gets no path, no name and no environment.
 */
export function childExtractor(
  options: ChildOptions & { reading?: Extractor['reading'] },
): Extractor {
  return {
    reading: options.reading ?? { languages: READ_LANGUAGES },
    languageOf,

    async probe({ fd }, name) {
      const request = { op: 'probe', extension: extname(name).toLowerCase() }
      return readProbe(await runParser(options, { fd, request, maxOutputBytes: 4 * KIB }))
    },

    async extract({ fd }, mediaType, signal, onProgress) {
      const request = { op: 'extract', mediaType }
      const answer = await runParser(options, {
        fd,
        request,
        maxOutputBytes: MAX_EXTRACTION,
        signal,
        onProgress,
      })
      const extraction = readExtractionAnswer(answer)
      const language = await languageOf(extraction.parts)
      return { ...extraction, ...(language && { language }) }
    },

    async preview({ fd }, mediaType, widthPx, signal) {
      const request = { op: 'preview', mediaType, widthPx }
      const run = { fd, request, maxOutputBytes: MAX_PREVIEW, signal }
      return readPicture(await runParser(options, run))
    },

    pagePictures: (file, mediaType, widthPx, signal) =>
      picturesByParser(options, { file, mediaType, widthPx }, signal),

    ocr: (file, mediaType, request, signal) =>
      ocrByParser(options, { file, mediaType, request }, signal),

    async pixels({ fd }, mediaType, size, signal) {
      const request = { op: 'pixels', mediaType, ...size }
      const run = { fd, request, maxOutputBytes: 3 * size.widthPx * size.heightPx, signal }
      return readPixels(await runParser(options, run), size)
    },

    unpack: (file, mediaType, entries, signal) =>
      unpackByParser(options, { file, mediaType, entries }, signal),

    attachment: ({ fd }, index, signal) =>
      runParser(options, {
        fd,
        request: { op: 'attachment', mediaType: 'message/rfc822', index },
        maxOutputBytes: MAX_ATTACHMENT,
        signal,
      }),
  }
}
