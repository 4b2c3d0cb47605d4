import { analyse } from 'chardet'
import { AppError } from '../../core/errors.ts'
import { certainEncoding } from '../../core/pipeline/encoding.ts'
import type { ParserFile } from '../../core/ports/parser.ts'

/** A little more than the text that is kept from one file. */
const MAX_BYTES = 34 * 1024 * 1024
/** The guess does not get better with more. */
const GUESS_BYTES = 256 * 1024

/** A file as characters. */
export interface Decoded {
  text: string
  /** WHATWG name. */
  encoding: string
  /** Whether the file goes on after what was read. */
  isCut: boolean
}

/**
 * Reads a text in whatever encoding: what the bytes show first, then the likeliest guess, then the
 * one-byte encoding of the west, in which every byte is some character.
 *
 * @throws AppError `unsupported_type` (reason `NO_TEXT_IN_TYPE`) when the bytes are no text
 */
export function decode(file: ParserFile): Decoded {
  const bytes = file.read(0, MAX_BYTES)
  const encoding = certainEncoding(bytes) ?? guess(bytes)
  const text = new TextDecoder(encoding).decode(bytes)
  return { text, encoding, isCut: bytes.length < file.sizeBytes }
}

function guess(bytes: Uint8Array): string {
  if (bytes.subarray(0, GUESS_BYTES).includes(0)) {
    const message = 'This file holds data and no text.'
    throw new AppError('unsupported_type', message, { reason: 'NO_TEXT_IN_TYPE' })
  }
  const likely = analyse(bytes.subarray(0, GUESS_BYTES)).find(({ name }) => isKnown(name))
  return likely?.name.toLowerCase() ?? 'windows-1252'
}

/** UTF-8 and UTF-16 were ruled out by then. */
function isKnown(label: string): boolean {
  try {
    return !new TextDecoder(label).encoding.startsWith('utf-')
  } catch {
    return false
  }
}
