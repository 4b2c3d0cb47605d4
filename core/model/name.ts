import { AppError } from '../errors.ts'
import { MAX_NAME_BYTES } from './library.ts'

/** A name as one may type it: NFC, trimmed. @throws AppError `bad_request` (reason `INVALID_NAME`) */
export function cleanName(text: string): string {
  const name = text.normalize('NFC').trim()
  if (name === '' || name === '.' || name === '..') throw invalid('A name may not be empty.')
  if (/[/\\]/.test(name)) throw invalid('A name may not contain a slash.')
  if (hasControl(name)) throw invalid('A name may not contain control characters.')
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw invalid(`A name may not be longer than ${MAX_NAME_BYTES} bytes.`)
  }
  return name
}

/** A folder path inside a chapter: clean names joined by '/', '' for the top. */
export function cleanFolder(text: string): string {
  const names = text.split('/').filter((name) => name !== '' && name !== '.')
  return names.map(cleanName).join('/')
}

const invalid = (message: string) =>
  new AppError('bad_request', message, { reason: 'INVALID_NAME' })

function hasControl(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x20 || code === 0x7f) return true
  }
  return false
}
