import { type Entry, fromFdPromise, type ZipFile } from 'yauzl'
import { AppError } from '../../core/errors.ts'
import type { ParserFile } from '../../core/ports/parser.ts'
import { lockedFile } from './encrypted.ts'

const MIB = 1024 * 1024

/** What an office file may hold, by the sizes it states itself. */
const LIMITS = {
  entries: 5000,
  /** Everything, pictures and films included. */
  totalBytes: 256 * MIB,
  /** What becomes a tree in memory, at ten times the size. */
  xmlBytes: 64 * MIB,
  /** Unpacked to packed, over the whole file; small files may be as repetitive as they like. */
  ratio: 200,
  ratioFromBytes: 8 * MIB,
}

/** A document type stands before the first element, so it stands early. */
const PROLOGUE_BYTES = 4096

/**
 * Refuses a zip that would harm whoever unpacks it, from its directory alone: nothing is inflated
 * but the first bytes of the XML members. Sizes are summed over all members, since members that
 * share bytes (the overlapping bomb) pass every check of their own.
 *
 * @param change limits other than the usual, for a reader that does not build a tree
 * @throws AppError `unsupported_type`: `TOO_LARGE_INSIDE`, `DTD_FORBIDDEN`, `PASSWORD_PROTECTED`,
 *   `DAMAGED_FILE`
 */
export async function checkZip(
  file: ParserFile,
  change: Partial<typeof LIMITS> = {},
): Promise<void> {
  const limits = { ...LIMITS, ...change }
  const zip = await fromFdPromise(file.fd, { lazyEntries: true, autoClose: false }).catch(damaged)
  try {
    const entries = await checkDirectory(zip, limits)
    for (const entry of entries) {
      if (isXml(entry.fileName)) await checkPrologue(zip, entry)
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    damaged(cause)
  }
}

async function checkDirectory(zip: ZipFile, limits: typeof LIMITS): Promise<Entry[]> {
  if (zip.entryCount > limits.entries) throw tooLarge()
  const entries: Entry[] = []
  const sum = { packed: 0, unpacked: 0, xml: 0 }
  for await (const entry of zip.eachEntry()) {
    if (entry.isEncrypted()) {
      throw lockedFile()
    }
    sum.packed += entry.compressedSize
    sum.unpacked += entry.uncompressedSize
    if (isXml(entry.fileName)) sum.xml += entry.uncompressedSize
    if (isTooMuch(sum, limits)) throw tooLarge()
    entries.push(entry)
  }
  return entries
}

interface Sum {
  packed: number
  unpacked: number
  xml: number
}

const isTooMuch = ({ packed, unpacked, xml }: Sum, limits: typeof LIMITS): boolean =>
  unpacked > limits.totalBytes ||
  xml > limits.xmlBytes ||
  (unpacked > limits.ratioFromBytes && unpacked > packed * limits.ratio)

const isXml = (name: string): boolean => /\.(xml|rels|opf|ncx|xhtml|html?)$/i.test(name)

/** A document type may define entities that grow without end, or name other files. */
async function checkPrologue(zip: ZipFile, entry: Entry): Promise<void> {
  const start = await startOf(zip, entry)
  // Zero bytes apart, UTF-16 reads like ASCII here.
  const text = start.toString('latin1').replaceAll('\0', '')
  if (/<!ENTITY|<!DOCTYPE[^>]*\[/i.test(text)) {
    throw refused('DTD_FORBIDDEN', 'This file defines entities of its own, which may be harmful.')
  }
}

async function startOf(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const stream = await zip.openReadStreamPromise(entry)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= PROLOGUE_BYTES) break
  }
  return Buffer.concat(chunks).subarray(0, PROLOGUE_BYTES)
}

const refused = (reason: string, message: string) =>
  new AppError('unsupported_type', message, { reason })

const tooLarge = () => refused('TOO_LARGE_INSIDE', 'This file unpacks to far more than it should.')

function damaged(cause: unknown): never {
  const message = 'This file is damaged: it cannot be unpacked.'
  throw new AppError('unsupported_type', message, { reason: 'DAMAGED_FILE', cause })
}
