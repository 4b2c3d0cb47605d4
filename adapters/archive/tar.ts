import { Readable } from 'node:stream'
import { extract, type Header } from 'tar-stream'
import { AppError } from '../../core/errors.ts'
import type { Draft, ParserFile } from '../../core/ports/parser.ts'
import { BEYOND, bytesOf } from './bytes.ts'
import { damaged, LIMITS, tooLarge } from './limits.ts'
import { type Cut, type FoundEntry, listing } from './listing.ts'
import { tarName } from './path.ts'

const BLOCK = 512
const CHECKSUM = { from: 148, to: 156 }
const SPACE = 32

/** An entry on the way past: its bytes must be read, or passed over, before the next one comes. */
export interface PassingEntry {
  index: number
  header: Header
  bytes: AsyncIterable<Uint8Array>
  pass(): void
}

/**
 * Lists a tar by walking through it, packed or not.
 *
 * @throws AppError `unsupported_type`: `TOO_LARGE_INSIDE`, `DAMAGED_FILE`
 */
export async function listTar(file: ParserFile, isPacked: boolean): Promise<Draft> {
  const found = listing()
  try {
    for await (const { index, header, pass } of tarEntries(file, isPacked)) {
      if (index >= LIMITS.entries) throw tooLarge()
      found.add(foundOf(header))
      pass()
    }
    return found.draft()
  } catch (cause) {
    if (cause instanceof AppError && cause.reason !== BEYOND) throw cause
    if (found.seen() === 0) throw damaged(cause)
    return found.draft(found.seen(), cutBy(cause))
  }
}

const cutBy = (cause: unknown): Cut =>
  cause instanceof AppError
    ? { reason: BEYOND, missing: 'entries after the first 4 GiB were not listed' }
    : { reason: 'FILE_TRUNCATED', missing: 'the archive breaks off, or is damaged from there on' }

/** Entries in order; throws what reading throws, after those before the break. */
export async function* tarEntries(
  file: ParserFile,
  isPacked: boolean,
): AsyncGenerator<PassingEntry> {
  // Names as bytes: what they are encoded in, the archive does not say.
  // The types of the package leave these out.
  const options: object = { filenameEncoding: 'latin1', allowUnknownFormat: true }
  const walker = extract(options)
  const source = Readable.from(bytesOf(file, isPacked))
  source.on('error', (error) => walker.destroy(error))
  source.pipe(walker)
  try {
    let index = 0
    for await (const entry of walker) {
      yield {
        index,
        header: entry.header,
        bytes: entry as AsyncIterable<Uint8Array>,
        pass: () => void entry.resume(),
      }
      index++
    }
  } finally {
    source.destroy()
  }
}

function foundOf({ name, type, size, mtime, pax }: Header): FoundEntry {
  const path = pathIn(pax) ?? tarName(Buffer.from(name, 'latin1'))
  return {
    path,
    type: TYPES[type ?? ''] ?? 'other',
    sizeBytes: size ?? 0,
    ...(mtime && { modified: mtime }),
  }
}

/** Names in extended headers are UTF-8 (POSIX pax), and were read as that. */
const pathIn = (pax: unknown): string | undefined =>
  typeof pax === 'object' && pax && 'path' in pax ? String(pax.path) : undefined

const TYPES: Record<string, FoundEntry['type']> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'folder',
  link: 'link',
  symlink: 'link',
}

/** Whether bytes begin with the head of a tar entry: the one thing all kinds of tar share is its sum. */
export function isTar(head: Uint8Array): boolean {
  if (head.length < BLOCK) return false
  const block = head.subarray(0, BLOCK)
  const stated = Number.parseInt(
    Buffer.from(block.subarray(CHECKSUM.from, CHECKSUM.to)).toString('latin1').replace(/\0/g, ' '),
    8,
  )
  const sum = block.reduce(
    (all, byte, at) => all + (at >= CHECKSUM.from && at < CHECKSUM.to ? SPACE : byte),
    0,
  )
  return sum === stated
}
