import { AppError } from '../../core/errors.ts'
import { tidy } from '../../core/pipeline/tidy.ts'
import { unpackedFrames } from '../../core/pipeline/unpacked.ts'
import type { OcrRequest, Segment, WantedEntry } from '../../core/ports/index.ts'
import type { Parser, ParserFile, Parsers, SpeechRequest } from '../../core/ports/parser.ts'
import { readPages } from './ocr.ts'

/** What the parent asks for. Its `adapters/child/extractor.ts` is the only one who asks. */
export type Request =
  | { op: 'probe'; mediaType: ''; extension: string }
  | { op: 'extract'; mediaType: string }
  | { op: 'preview'; mediaType: string; widthPx: number }
  | { op: 'pages'; mediaType: string; widthPx: number; maxBytes: number }
  | { op: 'attachment'; mediaType: string; index: number }
  | { op: 'unpack'; mediaType: string; entries: WantedEntry[] }
  | ({ op: 'ocr'; mediaType: string } & OcrRequest)
  | ({ op: 'speech'; mediaType: string } & SpeechRequest)
  | { op: 'pixels'; mediaType: string; widthPx: number; heightPx: number }

/** How a parser speaks while it is at work. */
export interface Tell {
  progress(share: number): void
  segments(segments: Segment[], untilMs: number): void
}

/** Reads the request out of the last argument. */
export const readRequest = (text: string): Request => ({ mediaType: '', ...JSON.parse(text) })

/** The first screen of a text is all that fits on its picture. */
const PAGE_CHARACTERS = 3000

/** Answers one request about one file: JSON for words, raw bytes for pictures and attachments. */
export async function answerRequest(
  parsers: Parsers,
  { request, file }: { request: Request; file: ParserFile },
  tell: Tell,
): Promise<Uint8Array> {
  if (request.op === 'probe') return json(await parsers.probe(file, request.extension))
  if (file.sizeBytes === 0) throw refused('EMPTY_FILE', 'This file is empty: it has 0 bytes.')
  if (request.op === 'speech') return json(await parsers.speech(file, request, tell.segments))
  const parser = await parsers.of(request.mediaType)
  if (!parser) throw refused('NO_TEXT_IN_TYPE', 'Files of this type have no text that can be read.')
  if (request.op === 'extract') return json(tidy(await parser.extract(file, tell.progress)))
  if (request.op === 'attachment') return attachment(parser, file, request.index)
  if (request.op === 'pages') return pagePictures(parser, file, request)
  if (request.op === 'unpack') return unpack(parser, file, request.entries)
  if (request.op === 'ocr') return json(await ocr(parsers, parser, { request, file }))
  if (request.op === 'pixels') return pixels(parser, file, request)
  return (
    (await parser.preview?.(file, request.widthPx)) ??
    textPage(parsers, await parser.extract(file, tell.progress), request.widthPx)
  )
}

const refused = (reason: string, message: string) =>
  new AppError('unsupported_type', message, { reason })

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

function attachment(parser: Parser, file: ParserFile, index: number): Promise<Uint8Array> {
  if (!parser.attachment)
    throw refused('NO_TEXT_IN_TYPE', 'Files of this type hold no other files.')
  return parser.attachment(file, index)
}

async function pagePictures(
  { pagePictures }: Parser,
  file: ParserFile,
  size: { widthPx: number; maxBytes: number },
): Promise<Uint8Array> {
  const frames: Uint8Array[] = []
  for await (const bytes of pagePictures?.(file, size) ?? []) {
    frames.push(...unpackedFrames({ index: frames.length / 2, bytes }))
  }
  return Buffer.concat(frames)
}

async function unpack(
  { unpack }: Parser,
  file: ParserFile,
  entries: readonly WantedEntry[],
): Promise<Uint8Array> {
  if (!unpack) throw refused('NO_TEXT_IN_TYPE', 'Files of this type hold no other files.')
  const frames: Uint8Array[] = []
  for await (const entry of unpack(file, entries)) frames.push(...unpackedFrames(entry))
  return Buffer.concat(frames)
}

async function ocr(
  parsers: Parsers,
  { paintPages }: Parser,
  { request, file }: { request: OcrRequest; file: ParserFile },
) {
  if (!paintPages) throw refused('NO_TEXT_IN_TYPE', 'Files of this type have no pages to look at.')
  const reader = await parsers.pageReader(request.languages, request.modelsDir)
  return readPages({ parser: { paintPages }, reader }, file, request.pages)
}

function pixels(
  { pixels }: Parser,
  file: ParserFile,
  size: { widthPx: number; heightPx: number },
): Promise<Uint8Array> {
  if (!pixels) throw refused('NO_PREVIEW', 'Files of this type are no pictures.')
  return pixels(file, size)
}

function textPage(
  parsers: Parsers,
  draft: Parameters<typeof tidy>[0],
  widthPx: number,
): Promise<Uint8Array> {
  const { parts } = tidy(draft, 64 * 1024)
  const text = parts.map((part) => part.text).join('\n\n')
  if (text === '')
    throw refused('NO_PREVIEW', 'There is nothing to show on a picture of this file.')
  return parsers.textPage(text.slice(0, PAGE_CHARACTERS), widthPx)
}
