import type { Probe } from '../../core/ports/index.ts'
import type { ParserFile } from '../../core/ports/parser.ts'
import { compoundType } from './compound.ts'
import { isText } from './is-text.ts'
import { kindOf } from './kind.ts'
import { textType } from './text-type.ts'
import { zipType } from './zip.ts'

/** Marks of programs (PE, ELF, Mach-O, Java, WebAssembly): one that mentions a PDF stays a program. */
const PROGRAM = /^(MZ|\x7fELF|\xca\xfe\xba\xbe|\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe|\0asm)/

/** Enough for every signature, and for the look of a text. */
const SAMPLE_BYTES = 64 * 1024

/**
 * Finds out what a file is by its bytes. Its name is believed only between kinds of text, where the
 * bytes leave a choice: a picture called `report.pdf` is a picture.
 *
 * @param extension of the name, with its dot, lower case
 */
export async function probe(file: ParserFile, extension: string): Promise<Probe> {
  const mediaType = await typeOf(file, extension)
  return { mediaType, kind: kindOf(mediaType) }
}

async function typeOf(file: ParserFile, extension: string): Promise<string> {
  if (file.sizeBytes === 0) return 'application/x-empty'
  const sample = file.read(0, SAMPLE_BYTES)
  const ours = await signedType(file, { sample, extension })
  if (ours) return ours
  // Some signatures are two letters long: a text about BMW is no bitmap.
  if (isText(sample)) return textType(sample, extension)
  // Loaded last, as the formats above are most of all files.
  const { fileTypeFromBuffer } = await import('file-type')
  const found = await fileTypeFromBuffer(sample)
  return found?.mime.split(';')[0] ?? 'application/octet-stream'
}

/** Formats whose signature leaves no doubt, or leads to a container that has to be looked into. */
async function signedType(
  file: ParserFile,
  { sample, extension }: { sample: Uint8Array; extension: string },
): Promise<string | undefined> {
  const head = Buffer.from(sample.subarray(0, 1024)).toString('latin1')
  // Readers look for the mark in the first kilobyte (ISO 32000-1, implementation note 13).
  if (/^\s*%PDF-/.test(head) || (head.includes('%PDF-') && !isText(sample) && !PROGRAM.test(head)))
    return 'application/pdf'
  if (head.startsWith('PK\x03\x04') || head.startsWith('PK\x05\x06')) return zipType(file)
  if (head.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return compoundType(file, extension)
  if (head.startsWith('{\\rtf')) return 'application/rtf'
  if (head.startsWith('%!PS')) return 'application/postscript'
  return undefined
}
