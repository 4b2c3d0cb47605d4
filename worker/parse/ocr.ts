import type { OcrPage } from '../../core/ports/index.ts'
import type { PageReader, PaintedPage, Parser, ParserFile } from '../../core/ports/parser.ts'
import { blame } from './blame.ts'

/** Four passes over a full page on a busy machine; one page may not take the time of all. */
const PAGE_MS = 180_000

/** Reads pages one by one. One that cannot be painted or read says so, and the others go on. */
export async function readPages(
  { parser, reader }: { parser: Required<Pick<Parser, 'paintPages'>>; reader: PageReader },
  file: ParserFile,
  pages: readonly number[],
): Promise<OcrPage[]> {
  const read: OcrPage[] = []
  try {
    for await (const painted of parser.paintPages(file, pages)) {
      read.push(await readPage(painted, reader))
    }
  } finally {
    await reader.close()
  }
  return read
}

async function readPage({ page, paint }: PaintedPage, reader: PageReader): Promise<OcrPage> {
  const signal = AbortSignal.timeout(PAGE_MS)
  try {
    const picture = await paint(signal)
    const read = await reader.read(picture, signal)
    return { page, ...read, ...(picture.isDamaged && { failure: DAMAGED }) }
  } catch (error) {
    const failure = signal.aborted ? TOO_LONG : blame(error)
    if (!failure) throw error
    return { page, text: '', confidence: 0, rotation: 0, failure }
  }
}

const DAMAGED = {
  reason: 'DAMAGED_PAGE',
  message: 'This page is damaged: only what is left of it was read.',
}

const TOO_LONG = {
  reason: 'PARSER_TIMEOUT',
  message: 'Reading this page took too long and was stopped.',
}
