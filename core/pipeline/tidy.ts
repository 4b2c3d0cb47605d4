import type { Part } from '../model/locator.ts'
import type { Extraction } from '../ports/extractor.ts'
import type { Draft } from '../ports/parser.ts'

/** Most text that one file may give, in bytes of UTF-8. */
export const MAX_TEXT_BYTES = 32 * 1024 * 1024

const WORD = /[\p{L}\p{N}]+(?:['’.-][\p{L}\p{N}]+)*/gu

/**
 * Turns what a parser gave into an extraction: text that is well-formed and free of control
 * characters, parts that have text, at most `maxBytes` of it, words counted.
 */
export function tidy(draft: Draft, maxBytes: number = MAX_TEXT_BYTES): Extraction {
  const { parts, isCut } = limitText(draft.parts.map(cleanPart).filter(hasText), maxBytes)
  const isNews = isCut && draft.partialReason !== 'TEXT_LIMIT'
  const coverage = isNews
    ? { ...draft.coverage, missing: [...draft.coverage.missing, beyond(maxBytes)] }
    : draft.coverage
  return {
    ...draft,
    parts,
    coverage,
    ...(isCut && { partialReason: 'TEXT_LIMIT' }),
    wordCount: parts.reduce((sum, part) => sum + countWords(part.text), 0),
    metadata: cleanMetadata(draft.metadata),
    attachments: draft.attachments ?? [],
  }
}

const beyond = (maxBytes: number) =>
  `text beyond ${maxBytes >= 1 << 20 ? `${maxBytes >> 20} MiB` : `${maxBytes} bytes`} was not read`

const hasText = (part: Part) => part.text !== ''

const cleanPart = (part: Part): Part => ({
  ...part,
  text: part.locator.line === undefined ? cleanText(part.text) : cleanLines(part.text),
})

/** As `cleanText`, but every line stays where its number says, and code keeps how it is indented. */
function cleanLines(text: string): string {
  const clean = text
    .split(/\r\n?|\n/)
    .map((line) =>
      mendCharacters(line)
        .replace(/[\f\u0085\u2028\u2029]/g, ' ')
        .trimEnd(),
    )
    .join('\n')
    .trimEnd()
  return clean.trim() === '' ? '' : clean
}

/** One kind of line end, no control characters, no half characters, no blanks at the ends. */
export function cleanText(text: string): string {
  return mendCharacters(text.replace(/\r\n?|[\f\u0085\u2028\u2029]/g, '\n'))
    .replace(/[^\S\n]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

const mendCharacters = (text: string): string =>
  text
    .toWellFormed()
    // Soft hyphens and zero-width marks would split words that readers see as one.
    .replace(/[\u00ad\u200b\ufeff]/g, '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
    .replace(/[\u0000-\u0008\u000b\u000e-\u001f\u007f]/g, '')

function limitText(parts: Part[], maxBytes: number): { parts: Part[]; isCut: boolean } {
  let left = maxBytes
  const kept: Part[] = []
  for (const part of parts) {
    const size = Buffer.byteLength(part.text)
    if (size > left) {
      const text = Buffer.from(part.text)
        .subarray(0, left)
        .toString()
        .replace(/\ufffd+$/, '')
      if (text.trim() !== '') kept.push({ ...part, text })
      return { parts: kept, isCut: true }
    }
    left -= size
    kept.push(part)
  }
  return { parts: kept, isCut: false }
}

/** Words as a reader counts them; scripts without spaces count a run of letters as one. */
export const countWords = (text: string): number => text.match(WORD)?.length ?? 0

const cleanMetadata = (metadata: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(metadata)
      .map(([key, value]) => [key, cleanText(value).replace(/\s+/g, ' ').slice(0, 500)] as const)
      .filter(([, value]) => value !== ''),
  )
