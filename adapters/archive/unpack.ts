import { crc32 } from 'node:zlib'
import type { Entry, ZipFile } from 'yauzl'
import { AppError } from '../../core/errors.ts'
import type { UnpackedEntry, WantedEntry } from '../../core/ports/extractor.ts'
import type { ParserFile } from '../../core/ports/parser.ts'
import { bytesOf } from './bytes.ts'
import { refused } from './limits.ts'
import { tarEntries } from './tar.ts'
import { openZip, zipEntries } from './zip.ts'

type Wanted = ReadonlyMap<number, number>

/** Most bytes that each entry may give, by its index. */
const byIndex = (entries: readonly WantedEntry[]): Wanted =>
  new Map(entries.map(({ index, sizeBytes }) => [index, sizeBytes]))

/** Entries of a zip; each stands for itself, and is inflated to what it states at most. */
export async function* unpackZip(
  file: ParserFile,
  entries: readonly WantedEntry[],
): AsyncGenerator<UnpackedEntry> {
  const wanted = byIndex(entries)
  const zip = await openZip(file)
  let left = wanted.size
  for await (const { entry, index } of zipEntries(file, zip)) {
    const most = wanted.get(index)
    if (most === undefined) continue
    yield { index, ...(await orWhy(zipBytes(zip, entry, most))) }
    if (--left === 0) return
  }
}

async function zipBytes(zip: ZipFile, entry: Entry, most: number): Promise<Uint8Array> {
  if (entry.isEncrypted()) throw refused('PASSWORD_PROTECTED', 'It is protected by a password.')
  if (!entry.canDecodeFileData()) {
    throw refused('NOT_UNPACKED', 'It is packed in a way that is not read here.')
  }
  const bytes = await gathered(await zip.openReadStreamPromise(entry), most)
  if (crc32(bytes) === entry.crc32) return bytes
  throw refused('DAMAGED_FILE', 'It is damaged: it is not what was packed.')
}

/** Entries of a tar, on the way through it. What comes behind a break fails, and is told as that. */
export async function* unpackTar(
  file: ParserFile,
  entries: readonly WantedEntry[],
  isPacked: boolean,
): AsyncGenerator<UnpackedEntry> {
  const wanted = byIndex(entries)
  const done = new Set<number>()
  try {
    for await (const { index, bytes, pass } of tarEntries(file, isPacked)) {
      const most = wanted.get(index)
      if (most === undefined) {
        pass()
        continue
      }
      const unpacked = await gathered(bytes, most)
      done.add(index)
      yield { index, bytes: unpacked }
      if (done.size === wanted.size) return
    }
  } catch (error) {
    if (error instanceof AppError) throw error
  }
  for (const { index } of entries) if (!done.has(index)) yield { index, failure: BROKEN }
}

const BROKEN = { reason: 'FILE_TRUNCATED', message: 'The archive breaks off, or is damaged there.' }

/** The one file of a gzip. */
export async function* unpackGzip(
  file: ParserFile,
  entries: readonly WantedEntry[],
): AsyncGenerator<UnpackedEntry> {
  for (const { index, sizeBytes } of entries) {
    yield { index, ...(await orWhy(gathered(bytesOf(file, true), sizeBytes))) }
  }
}

async function gathered(source: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of source) {
    size += chunk.length
    if (size > most) throw refused('TOO_LARGE_INSIDE', 'It is larger than the archive says.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** What is wrong with one entry is told of that one. */
async function orWhy(
  bytes: Promise<Uint8Array>,
): Promise<Pick<UnpackedEntry, 'bytes' | 'failure'>> {
  try {
    return { bytes: await bytes }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const { reason = 'DAMAGED_FILE' } = error instanceof AppError ? error : {}
    const message = error instanceof AppError ? error.message : 'It is damaged.'
    return { failure: { reason, message } }
  }
}
