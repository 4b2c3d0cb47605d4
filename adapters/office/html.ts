import { analyse } from 'chardet'
import type { Parser } from '../../core/ports/parser.ts'
import { draftOf } from './document.ts'
import { readTree } from './tree.ts'

/** A page's tree takes some twenty times its size in memory. */
const MAX_BYTES = 24 * 1024 * 1024

/** Web pages: what a reader sees, section by section. Scripts and styles are no text. */
export const htmlParser: Parser = {
  async extract(file) {
    const bytes = file.whole(MAX_BYTES)
    return draftOf(await readTree(inUtf8(bytes), 'html'), 'html')
  },
}

/**
 * Pages that state their encoding are left to the parser; for the others it is guessed, as a
 * browser does (WHATWG HTML, section 13.2.3.2).
 */
function inUtf8(bytes: Uint8Array): Uint8Array {
  const head = Buffer.from(bytes.subarray(0, 4096)).toString('latin1')
  if (/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/.test(head) || /<meta[^>]+charset/i.test(head))
    return bytes
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return bytes
  } catch {
    const guess = analyse(bytes.subarray(0, 256 * 1024)).find(({ name }) => isKnown(name))?.name
    return Buffer.from(new TextDecoder(guess ?? 'windows-1252').decode(bytes))
  }
}

function isKnown(label: string): boolean {
  try {
    new TextDecoder(label)
    return true
  } catch {
    return false
  }
}
