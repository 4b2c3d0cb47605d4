import { type Entry, fromFdPromise, type ZipFile } from 'yauzl'
import { AppError } from '../../core/errors.ts'
import type { Part } from '../../core/model/locator.ts'
import { type Row, tableParts } from '../../core/pipeline/table.ts'
import type { Draft, ParserFile } from '../../core/ports/parser.ts'
import { readXml } from './xml.ts'
import { checkZip } from './zip-check.ts'

/** Characters that are read from one workbook; a little more than is kept. */
const MAX_CHARACTERS = 34 * 1024 * 1024
/** Sheets are read as a stream, so their size costs time and not memory. */
const MAX_XML_BYTES = 256 * 1024 * 1024

/** A workbook's zip, open. */
export interface SheetZip {
  zip: ZipFile
  /** The member of that name, or undefined. */
  member(name: string): Entry | undefined
}

/** Opens and checks a workbook. @throws AppError as `checkZip` does */
export async function openSheetZip(file: ParserFile): Promise<SheetZip> {
  await checkZip(file, { xmlBytes: MAX_XML_BYTES })
  const zip = await fromFdPromise(file.fd, { lazyEntries: true, autoClose: false })
  const members = new Map<string, Entry>()
  for await (const entry of zip.eachEntry()) members.set(entry.fileName, entry)
  return { zip, member: (name) => members.get(name) }
}

/** Gathers rows sheet by sheet, as long as there is room for text. */
export function sheetCollector() {
  const parts: Part[] = []
  let room = MAX_CHARACTERS
  let name = ''
  let rows: Row[] = []
  let count = 0

  const close = () => {
    parts.push(...tableParts(rows, name))
    rows = []
  }

  return {
    begin(sheetName: string) {
      close()
      count++
      name = sheetName.slice(0, 200) || `Sheet ${count}`
    },
    /** @param cells by column from 0, with holes where there is nothing */
    add(index: number, cells: readonly (string | undefined)[]) {
      const from = cells.findIndex((text) => text)
      if (from < 0) return
      const filled = Array.from(
        cells.slice(from),
        (text) => text?.replace(/\s+/g, ' ').trim() ?? '',
      )
      room -= filled.reduce((sum, text) => sum + text.length + 1, 0)
      rows.push({ index, from, cells: filled })
    },
    isFull: () => room <= 0,
    draft(metadata: Record<string, string>): Draft {
      close()
      const isCut = room <= 0
      return {
        parts,
        coverage: {
          unit: 'sheet',
          done: isCut ? Math.max(0, count - 1) : count,
          total: count,
          missing: isCut ? [`rows after those of “${name}” that fit were not read`] : [],
        },
        pageCount: count,
        metadata,
        ...(isCut && { partialReason: 'TEXT_LIMIT' }),
      }
    },
  }
}

export type SheetCollector = ReturnType<typeof sheetCollector>

const FIELDS: Record<string, string> = {
  title: 'title',
  creator: 'author',
  'initial-creator': 'author',
  subject: 'subject',
}

/** Title and author, from the member that holds them in this format. */
export async function readMetadata(
  { zip, member }: SheetZip,
  name: string,
): Promise<Record<string, string>> {
  const metadata: Record<string, string> = {}
  const entry = member(name)
  if (!entry) return metadata
  let field: string | undefined
  await readXml(zip, entry, {
    open: (tag) => {
      field = FIELDS[tag]
    },
    text: (text) => {
      if (field && text.trim()) metadata[field] = (metadata[field] ?? '') + text
    },
    close: () => {
      field = undefined
    },
  })
  return metadata
}

/** Broken XML inside a whole zip. */
export const damagedSheet = (cause: unknown): AppError =>
  cause instanceof AppError
    ? cause
    : new AppError('unsupported_type', 'This file is damaged: it cannot be read.', {
        reason: 'DAMAGED_FILE',
        cause,
      })
