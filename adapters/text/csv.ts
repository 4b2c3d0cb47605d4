import { type Row, tableParts } from '../../core/pipeline/table.ts'
import type { Parser } from '../../core/ports/parser.ts'
import { decode } from './decode.ts'
import { textDraft } from './plain.ts'

/** A file of comma-separated values has one sheet; programs that open it call it so. */
const SHEET = 'Sheet1'
const DELIMITERS = [',', ';', '\t', '|'] as const

/** Comma-separated values, with any of the usual delimiters. */
export const csvParser: Parser = {
  async extract(file) {
    const decoded = decode(file)
    const text = decoded.text.replace(/^\ufeff/, '')
    return { ...textDraft(tableParts(rowsOf(text), SHEET), decoded), pageCount: 1 }
  },
}

function rowsOf(text: string): Row[] {
  const rows: Row[] = []
  for (const [index, record] of records(text, delimiterOf(text)).entries()) {
    const cells = record.map((cell) => cell.replace(/\s+/g, ' ').trim())
    const from = cells.findIndex((cell) => cell !== '')
    if (from >= 0) rows.push({ index, from, cells: trimEnd(cells.slice(from)) })
  }
  return rows
}

const trimEnd = (cells: string[]): string[] =>
  cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1)

/** The delimiter that cuts the first lines into the same number of cells most often. */
function delimiterOf(text: string): string {
  const stated = /^sep=(.)\r?\n/.exec(text)?.[1]
  if (stated) return stated
  const lines = text.slice(0, 16_384).split(/\r?\n/, 30)
  const score = (delimiter: string): number => {
    const counts = lines.map((line) => records(line, delimiter)[0]?.length ?? 0)
    const [first = 0] = counts
    return first < 2 ? 0 : counts.filter((count) => count === first).length + first / 1000
  }
  return DELIMITERS.reduce((best, next) => (score(next) > score(best) ? next : best))
}

/** Records of RFC 4180: quotes around cells, doubled inside, line ends inside quotes. */
function records(text: string, delimiter: string): string[][] {
  const found: string[][] = []
  let record: string[] = []
  // One cell, quoted or bare, and what ends it.
  const cell = new RegExp(
    `(?:"((?:[^"]|"")*)"[^${escaped(delimiter)}\\r\\n]*|([^${escaped(delimiter)}\\r\\n]*))(${escaped(delimiter)}|\\r?\\n|\\r|$)`,
    'gy',
  )
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text)
    if (!match) break
    record.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] !== delimiter) {
      found.push(record)
      record = []
    }
    if (match[0] === '') break
  }
  if (record.length > 0) found.push(record)
  return found
}

const escaped = (delimiter: string): string => (delimiter === '|' ? '\\|' : delimiter)
