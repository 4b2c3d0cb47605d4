import { type Entry, fromFdPromise, getFileNameLowLevel, type ZipFile } from 'yauzl'
import { AppError } from '../../core/errors.ts'
import type { Draft, ParserFile } from '../../core/ports/parser.ts'
import { damaged, isBomb, LIMITS, refused, tooLarge } from './limits.ts'
import { type FoundEntry, listing } from './listing.ts'
import { zipName } from './path.ts'

/** Systems on which a backslash separates folders: MS-DOS, NTFS (APPNOTE 6.3, 4.4.2). */
const BACKSLASHED = [0, 10]
const UNIX = 3
const UTF8_FLAG = 0x800
const UNICODE_PATH = 0x7075

/**
 * Lists a zip from its directory alone; nothing is inflated. Sizes are summed over all entries, as
 * those that share their bytes (the overlapping bomb) pass every check of their own.
 *
 * @throws AppError `unsupported_type`: `TOO_LARGE_INSIDE`, `PASSWORD_PROTECTED`, `DAMAGED_FILE`
 */
export async function listZip(file: ParserFile): Promise<Draft> {
  const found = listing()
  const zip = await openZip(file)
  for await (const { entry } of zipEntries(file, zip)) {
    if (found.seen() === LIMITS.listed) break
    found.add(foundOf(entry))
  }
  return found.draft(zip.entryCount)
}

/** @throws AppError `unsupported_type` (`TOO_LARGE_INSIDE`, `DAMAGED_FILE`) */
export async function openZip({ fd }: ParserFile): Promise<ZipFile> {
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false }
  const zip = await fromFdPromise(fd, options).catch((cause: unknown) => {
    throw damaged(cause)
  })
  if (zip.entryCount > LIMITS.entries) throw tooLarge()
  return zip
}

/** Every entry with its position, as long as they claim no more than a zip of this size may hold. */
export async function* zipEntries(
  { sizeBytes }: Pick<ParserFile, 'sizeBytes'>,
  zip: ZipFile,
): AsyncGenerator<{ entry: Entry; index: number }> {
  let packed = 0
  let unpacked = 0
  let index = 0
  try {
    for await (const entry of zip.eachEntry()) {
      packed += entry.compressedSize
      unpacked += entry.uncompressedSize
      // More packed bytes than there are bytes: some lie in several entries.
      if (packed > sizeBytes || isBomb(sizeBytes, unpacked)) throw tooLarge()
      yield { entry, index }
      index++
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw isStrong(cause) ? locked(cause) : damaged(cause)
  }
}

/** With it even the names are encrypted. */
const isStrong = (cause: unknown) =>
  cause instanceof Error && cause.message.startsWith('strong encryption')

const locked = (cause: unknown) =>
  refused('PASSWORD_PROTECTED', 'This archive is protected by a password, names and all.', cause)

function foundOf(entry: Entry): FoundEntry {
  const path = pathOf(entry)
  return {
    path,
    type: typeOf(entry, path),
    sizeBytes: entry.uncompressedSize,
    ...(entry.lastModFileDate > 0 && { modified: entry.getLastModDate({ timezone: 'UTC' }) }),
    ...(entry.isEncrypted() && { isEncrypted: true }),
  }
}

function pathOf(entry: Entry): string {
  const { generalPurposeBitFlag: flags, fileNameRaw, extraFields, versionMadeBy } = entry
  const saysUnicode = extraFields.some(({ id }) => id === UNICODE_PATH)
  const name =
    saysUnicode && (flags & UTF8_FLAG) === 0
      ? getFileNameLowLevel(flags, fileNameRaw, extraFields, true)
      : zipName(fileNameRaw)
  return BACKSLASHED.includes(versionMadeBy >> 8) ? name.replaceAll('\\', '/') : name
}

function typeOf(
  { versionMadeBy, externalFileAttributes }: Entry,
  path: string,
): FoundEntry['type'] {
  if (path.endsWith('/')) return 'folder'
  const mode = versionMadeBy >> 8 === UNIX ? (externalFileAttributes >>> 16) & 0o170000 : 0
  if (mode === 0o120000) return 'link'
  if (mode === 0o040000) return 'folder'
  return mode === 0 || mode === 0o100000 ? 'file' : 'other'
}
