import { AppError } from '../../core/errors.ts'
import { FRAME_BYTES, readUnpacked } from '../../core/pipeline/unpacked.ts'
import type { BlobFile, UnpackedEntry, WantedEntry } from '../../core/ports/index.ts'
import { type ChildOptions, runParser } from './run.ts'

/** Takes files out of an archive, by a parser in a process of its own. */
export async function unpackByParser(
  options: ChildOptions,
  wanted: { file: BlobFile; mediaType: string; entries: readonly WantedEntry[] },
  signal: AbortSignal,
): Promise<UnpackedEntry[]> {
  const { file, mediaType, entries } = wanted
  const room = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes + FRAME_BYTES, 0)
  const answer = await runParser(options, {
    fd: file.fd,
    request: { op: 'unpack', mediaType, entries },
    maxOutputBytes: room,
    signal,
  })
  const unpacked = readUnpacked(answer)
  if (unpacked && isAsAsked(unpacked, entries)) return unpacked
  const message = 'Unpacking this file gave an answer that makes no sense.'
  throw new AppError('internal', message, { reason: 'PARSER_DIED' })
}

const isAsAsked = (unpacked: readonly UnpackedEntry[], wanted: readonly WantedEntry[]): boolean =>
  unpacked.length === wanted.length &&
  unpacked.every(({ index, bytes }, at) => {
    const asked = wanted[at]
    return index === asked?.index && (bytes?.length ?? 0) <= asked.sizeBytes
  })
