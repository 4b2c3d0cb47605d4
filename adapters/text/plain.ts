import type { Coverage, Part } from '../../core/model/locator.ts'
import type { Draft, Parser } from '../../core/ports/parser.ts'
import { type Decoded, decode } from './decode.ts'

/** A part ends at the first blank line after this many characters, or anyway at twice as many. */
const PART = 6000

/** Plain text and code, in parts that know their first line. */
export const plainParser: Parser = {
  async extract(file) {
    const decoded = decode(file)
    return textDraft(lineParts(decoded.text), decoded)
  },
}

/** What all formats of plain text have in common. */
export function textDraft(parts: Part[], { encoding, isCut }: Decoded): Draft {
  const coverage: Coverage = {
    unit: 'file',
    done: isCut ? 0 : 1,
    total: 1,
    missing: isCut ? ['text beyond 34 MB was not read'] : [],
  }
  return {
    parts,
    coverage,
    metadata: { encoding },
    ...(isCut && { partialReason: 'TEXT_LIMIT' }),
  }
}

function lineParts(text: string): Part[] {
  const parts: Part[] = []
  let lines: string[] = []
  let length = 0
  let first = 1
  const close = (next: number) => {
    if (lines.some((line) => line.trim() !== '')) {
      // Blank lines on top would be trimmed later, and shift the line that is counted from.
      const blank = lines.findIndex((line) => line.trim() !== '')
      parts.push({ text: lines.slice(blank).join('\n'), locator: { line: first + blank } })
    }
    lines = []
    length = 0
    first = next
  }
  for (const [at, line] of text.split(/\r\n?|\n/).entries()) {
    lines.push(line)
    length += line.length + 1
    if ((length > PART && line.trim() === '') || length > 2 * PART) close(at + 2)
  }
  close(0)
  return parts
}
