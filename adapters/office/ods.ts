import type { Draft, Parser, ParserFile } from '../../core/ports/parser.ts'
import { lockedFile, refuseEncrypted } from './encrypted.ts'
import {
  damagedSheet,
  openSheetZip,
  readMetadata,
  type SheetZip,
  sheetCollector,
} from './sheet-file.ts'
import { readXml, type XmlReader } from './xml.ts'

/** A few hundred bytes can ask for a million equal cells; so many of them are written out. */
const MAX_REPEAT = 100
/** Columns of the widest sheets there are. */
const MAX_COLUMNS = 16_384

/** OpenDocument spreadsheets, as a stream. */
export const odsParser: Parser = {
  async extract(file) {
    refuseEncrypted(file)
    try {
      return await read(file)
    } catch (cause) {
      throw damagedSheet(cause)
    }
  },
}

async function read(file: ParserFile): Promise<Draft> {
  const opened = await openSheetZip(file)
  await refuseLocked(opened)
  const collector = sheetCollector()
  const content = opened.member('content.xml')
  if (!content) throw new Error('There is no content.xml.')
  const reader = contentReader(collector)
  await readXml(opened.zip, content, { ...reader, isDone: () => collector.isFull() })
  return collector.draft(await readMetadata(opened, 'meta.xml'))
}

/** With a password, the members are encrypted one by one (OpenDocument 1.3 part 2, 4.5). */
async function refuseLocked({ zip, member }: SheetZip): Promise<void> {
  const manifest = member('META-INF/manifest.xml')
  if (!manifest) return
  await readXml(zip, manifest, {
    open(tag) {
      if (tag === 'encryption-data') throw lockedFile()
    },
  })
}

/** Rows and cells with their repeats (OpenDocument 1.3 part 3, 9.1.3 and 9.1.4). */
function contentReader(collector: ReturnType<typeof sheetCollector>): XmlReader {
  let row = 0
  let rowRepeat = 1
  let cells: (string | undefined)[] = []
  let column = 0
  let cellRepeat = 1
  let paragraphs: string[] = []
  let isText = false
  let comment = 0

  const endCell = () => {
    const text = paragraphs.join(' ').trim()
    if (text) {
      const last = column + Math.min(cellRepeat, MAX_REPEAT)
      for (let at = column; at < last && at < MAX_COLUMNS; at++) cells[at] = text
    }
    column += cellRepeat
  }
  const endRow = () => {
    if (cells.length > 0) {
      const copies = Math.min(rowRepeat, MAX_REPEAT)
      for (let at = 0; at < copies; at++) collector.add(row + at, cells)
    }
    row += rowRepeat
  }
  const opening: Record<string, (attributes: Record<string, string>) => void> = {
    table({ name = '' }) {
      collector.begin(name)
      row = 0
    },
    'table-row'(attributes) {
      rowRepeat = repeat(attributes['number-rows-repeated'])
      cells = []
      column = 0
    },
    'table-cell'(attributes) {
      cellRepeat = repeat(attributes['number-columns-repeated'])
      paragraphs = []
    },
    annotation: () => void comment++,
    p() {
      isText = true
      paragraphs.push('')
    },
    s: () => append(' '),
    tab: () => append(' '),
    'line-break': () => append(' '),
  }
  const append = (text: string) => {
    if (isText && comment === 0) paragraphs[paragraphs.length - 1] += text
  }
  opening['covered-table-cell'] = opening['table-cell'] ?? (() => undefined)
  return {
    open: (tag, attributes) => opening[tag]?.(attributes),
    text: append,
    close(tag) {
      if (tag === 'p') isText = false
      if (tag === 'annotation') comment--
      if (tag === 'table-cell' || tag === 'covered-table-cell') endCell()
      if (tag === 'table-row') endRow()
    },
  }
}

const repeat = (count: string | undefined): number =>
  Math.max(1, Number.parseInt(count ?? '1', 10) || 1)
