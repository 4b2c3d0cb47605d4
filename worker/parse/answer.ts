import { AppError } from '../../core/errors.ts'
import { tidy } from '../../core/pipeline/tidy.ts'
import type { Parser, ParserFile, Parsers } from '../../core/ports/parser.ts'

/** What the parent asks for. Its `adapters/child/extractor.ts` is the only one who asks. */
export type Request =
  | { op: 'probe'; mediaType: ''; extension: string }
  | { op: 'extract'; mediaType: string }
  | { op: 'preview'; mediaType: string; widthPx: number }
  | { op: 'attachment'; mediaType: string; index: number }

/** Reads the request out of the last argument. */
export const readRequest = (text: string): Request => ({ mediaType: '', ...JSON.parse(text) })

/** The first screen of a text is all that fits on its picture. */
const PAGE_CHARACTERS = 3000

/** Answers one request about one file: JSON for words, raw bytes for pictures and attachments. */
export async function answerRequest(
  parsers: Parsers,
  { request, file }: { request: Request; file: ParserFile },
  progress: (share: number) => void,
): Promise<Uint8Array> {
  if (request.op === 'probe') return json(await parsers.probe(file, request.extension))
  if (file.sizeBytes === 0) throw refused('EMPTY_FILE', 'This file is empty: it has 0 bytes.')
  const parser = await parsers.of(request.mediaType)
  if (!parser) throw refused('NO_TEXT_IN_TYPE', 'Files of this type have no text that can be read.')
  if (request.op === 'extract') return json(tidy(await parser.extract(file, progress)))
  if (request.op === 'attachment') return attachment(parser, file, request.index)
  return parser.preview
    ? parser.preview(file, request.widthPx)
    : textPage(parsers, await parser.extract(file, progress), request.widthPx)
}

const refused = (reason: string, message: string) =>
  new AppError('unsupported_type', message, { reason })

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

function attachment(parser: Parser, file: ParserFile, index: number): Promise<Uint8Array> {
  if (!parser.attachment)
    throw refused('NO_TEXT_IN_TYPE', 'Files of this type hold no other files.')
  return parser.attachment(file, index)
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
