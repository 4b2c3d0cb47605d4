import { MAX_NAME_BYTES } from '../model/library.ts'
import { bytesOf, type RawPath } from './raw-path.ts'

/** Room that a cut name leaves for the ` (2)` that tells it from another of the same beginning. */
const ROOM_BYTES = 10

/**
 * Controls, line and paragraph separators, the bidirectional overrides and isolates that make a name
 * read as another one (Unicode Standard Annex 9), the backslash, and a lone surrogate.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\\]/gu

/**
 * Folder and name under which a file of a share stands in the library: NFC text that is safe to show.
 * Bytes that are not UTF-8, and characters that deceive, become `%E9`-like escapes. Two paths may
 * come out equal; the catalog keeps their documents apart.
 */
export function displayPath(path: RawPath): { folder: string; name: string } {
  const text = displayText(path)
  const slash = text.lastIndexOf('/')
  return { folder: text.slice(0, Math.max(slash, 0)), name: text.slice(slash + 1) }
}

/** Folder and name in one line, for messages and lists. */
export const displayText = (path: RawPath): string =>
  path
    .split('/')
    .map((segment) => displayName(segment as RawPath))
    .join('/')

function displayName(segment: RawPath): string {
  const bytes = bytesOf(segment)
  const name = decode(bytes).normalize('NFC').replace(UNSAFE, escapeText).trim()
  if (name === '') return [...bytes].map(escapeByte).join('')
  return cut(name)
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decode(bytes: Buffer): string {
  try {
    return strict.decode(bytes)
  } catch {
    // Not UTF-8 as a whole: what is valid stays readable, the rest is escaped byte by byte.
    return decodePartly(bytes)
  }
}

function decodePartly(bytes: Buffer): string {
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const character = characterAt(bytes, at)
    text += character ?? escapeByte(bytes[at] ?? 0)
    at += character ? Buffer.byteLength(character) : 1
  }
  return text
}

function characterAt(bytes: Buffer, at: number): string | undefined {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    const text = bytes.toString('utf8', at, at + length)
    if (!text.includes('\ufffd')) return text
  }
  return undefined
}

const escapeByte = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`

const escapeText = (text: string): string => [...Buffer.from(text)].map(escapeByte).join('')

/** Shortens what escapes have made too long, keeping the extension. */
function cut(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : ''
  let left = MAX_NAME_BYTES - ROOM_BYTES - Buffer.byteLength(extension)
  let stem = ''
  for (const character of name) {
    left -= Buffer.byteLength(character)
    if (left < 0) break
    stem += character
  }
  return stem + extension
}
