import { AppError } from '../../core/errors.ts'
import { FRAME_BYTES, readUnpacked } from '../../core/pipeline/unpacked.ts'
import type { BlobFile } from '../../core/ports/index.ts'
import { readPicture } from './answer.ts'
import { type ChildOptions, runParser } from './run.ts'

/** Some hundred sheets of a fax; of more, the first. */
const MAX_BYTES = 32 * 1024 * 1024
const MOST_PAGES = 2000

/** Paints the pages of a file, by a parser in a process of its own. */
export async function picturesByParser(
  options: ChildOptions,
  { file, mediaType, widthPx }: { file: BlobFile; mediaType: string; widthPx: number },
  signal: AbortSignal,
): Promise<Uint8Array[]> {
  const answer = await runParser(options, {
    fd: file.fd,
    request: { op: 'pages', mediaType, widthPx, maxBytes: MAX_BYTES },
    maxOutputBytes: MAX_BYTES + MOST_PAGES * FRAME_BYTES,
    signal,
  })
  const frames = readUnpacked(answer) ?? [{ index: -1 }]
  return frames.map(({ index, bytes }, at) => {
    if (bytes && index === at) return readPicture(bytes)
    const message = 'Painting this file gave an answer that makes no sense.'
    throw new AppError('internal', message, { reason: 'PARSER_DIED' })
  })
}
