import type { Locator, Part } from '../model/locator.ts'

/** What is compared as one: a paragraph, a line, a sentence of a page, a row of a sheet. */
export interface Block {
  text: string
  locator: Locator
}

/** Longer runs without an end of a sentence are cut. */
const MAX_BLOCK = 2000
const SENTENCE_END = /[.!?…。！？]["'»”’)\]]*\s+(?=\P{Ll})/gu
/** A line of a page this much shorter than its longest ends what it says. */
const SHORT_LINE = 0.6

/** A text as a row of blocks, in reading order; blank ones apart. Equal texts give equal blocks. */
export const blocksOf = (parts: readonly Part[]): Block[] =>
  parts.flatMap((part) => {
    if (part.locator.sheet !== undefined) return rowsOf(part)
    if (part.locator.page !== undefined) return sentencesOf(part)
    return part.locator.line !== undefined ? linesOf(part) : paragraphsOf(part)
  })

/** Code and plain text: indents count. */
function linesOf({ text, locator }: Part): Block[] {
  const first = locator.line ?? 1
  return text.split('\n').flatMap((line, index) => {
    const kept = line.trimEnd()
    return kept === ''
      ? []
      : cut(kept).map((piece) => ({ text: piece, locator: { line: first + index } }))
  })
}

const paragraphsOf = ({ text, locator }: Part): Block[] =>
  text.split('\n').flatMap((line) => {
    const kept = plain(line)
    return kept === '' ? [] : cut(kept).map((piece) => ({ text: piece, locator }))
  })

/**
 * Where the lines of a page end is how it is set, and a word more in front moves them all. So a page
 * is read as sentences, and as headings and items, which stand on short lines.
 */
function sentencesOf({ text, locator }: Part): Block[] {
  const lines = text.split('\n').map(plain)
  const longest = lines.reduce((most, { length }) => Math.max(most, length), 0)
  const runs: string[] = []
  let open = ''
  for (const line of lines) {
    open = joinLine(open, line)
    if (line === '' || line.length < longest * SHORT_LINE) {
      runs.push(open)
      open = ''
    }
  }
  runs.push(open)
  return runs
    .flatMap((run) => sentences(run).flatMap(cut))
    .filter((piece) => piece !== '')
    .map((piece) => ({ text: piece, locator }))
}

/** A word that was divided at the end of a line is whole again. */
function joinLine(open: string, line: string): string {
  if (open === '') return line
  const isDivided = /\p{Ll}-$/u.test(open) && /^\p{Ll}/u.test(line)
  return isDivided ? open.slice(0, -1) + line : `${open} ${line}`.trimEnd()
}

function sentences(run: string): string[] {
  const found: string[] = []
  let start = 0
  for (const end of run.matchAll(SENTENCE_END)) {
    found.push(run.slice(start, end.index + end[0].length).trim())
    start = end.index + end[0].length
  }
  return [...found, run.slice(start).trim()]
}

const plain = (line: string): string => line.replace(/\s+/gu, ' ').trim()

function cut(text: string): string[] {
  if (text.length <= MAX_BLOCK) return [text]
  const pieces: string[] = []
  let open = ''
  for (const sentence of sentences(text)) {
    if (open !== '' && open.length + sentence.length >= MAX_BLOCK) {
      pieces.push(open)
      open = ''
    }
    open = open === '' ? sentence : `${open} ${sentence}`
    for (; open.length > MAX_BLOCK; open = open.slice(MAX_BLOCK)) {
      pieces.push(open.slice(0, MAX_BLOCK).toWellFormed())
    }
  }
  return [...pieces, open].filter((piece) => piece !== '')
}

const RANGE = /^([A-Z]+)(\d+):([A-Z]+)(\d+)$/

/**
 * Rows of a sheet, cells between tabs. Parts after the first repeat the header above their range,
 * which is left out. Blank rows are in no part, so a part with more numbers than rows has rows that
 * cannot be numbered.
 */
function rowsOf({ text, locator }: Part): Block[] {
  const [, left, top, right, bottom] = RANGE.exec(locator.cells ?? '') ?? []
  const lines = text.split('\n')
  const count = top && bottom ? Number(bottom) - Number(top) + 1 : lines.length
  const kept = lines.length === count + 1 ? lines.slice(1) : lines
  return kept.flatMap((line, index) => {
    if (line.trim() === '') return []
    const isNumbered = left && right && kept.length === count
    const row = Number(top) + index
    const cells = isNumbered ? { cells: `${left}${row}:${right}${row}` } : {}
    const { sheet = '' } = locator
    return [{ text: line.trimEnd(), locator: { sheet, ...cells } }]
  })
}
