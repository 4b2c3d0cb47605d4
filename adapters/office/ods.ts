import type { Draft, Parser, ParserFile } from '../../core/ports/parser.ts'
import { lockedFile, refuseEncrypted } from './encrypted.ts'
import {
  damagedSheet,
  openSheetZip,
  readMetadata,
  type SheetCollector,
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

/** Places of rows and cells with their repeats (OpenDocument 1.3 part 3, 9.1.3 and 9.1.4). */
function grid(collector: SheetCollector) {
  let row = 0
  let rowRepeat = 1
  let cells: (string | undefined)[] = []
  let column = 0
  let cellRepeat = 1
  return {
    beginSheet(name: string) {
      collector.begin(name)
      row = 0
    },
    beginRow(repeated: string | undefined) {
      rowRepeat = repeat(repeated)
      cells = []
      column = 0
    },
    beginCell(repeated: string | undefined) {
      cellRepeat = repeat(repeated)
    },
    endCell(text: string) {
      const last = Math.min(column + Math.min(cellRepeat, MAX_REPEAT), MAX_COLUMNS)
      if (text) for (let at = column; at < last; at++) cells[at] = text
      column += cellRepeat
    },
    endRow() {
      const copies = cells.length > 0 ? Math.min(rowRepeat, MAX_REPEAT) : 0
      for (let at = 0; at < copies; at++) collector.add(row + at, cells)
      row += rowRepeat
    },
  }
}

/** Text of the cells; comments stand inside them and are left out. */
function contentReader(collector: SheetCollector): XmlReader {
  const place = grid(collector)
  let paragraphs: string[] = []
  let isText = false
  let comments = 0
  const append = (text: string) => {
    if (isText && comments === 0) paragraphs[paragraphs.length - 1] += text
  }
  const opening: Record<string, (attributes: Record<string, string>) => void> = {
    table: ({ name = '' }) => place.beginSheet(name),
    'table-row': (attributes) => place.beginRow(attributes['number-rows-repeated']),
    'table-cell'(attributes) {
      place.beginCell(attributes['number-columns-repeated'])
      paragraphs = []
    },
    annotation: () => void comments++,
    p() {
      isText = true
      paragraphs.push('')
    },
    s: () => append(' '),
    tab: () => append(' '),
    'line-break': () => append(' '),
  }
  return {
    open: (tag, attributes) => opening[tag.replace(/^covered-/, '')]?.(attributes),
    text: append,
    close(tag) {
      if (tag === 'p') isText = false
      if (tag === 'annotation') comments--
      if (/^(covered-)?table-cell$/.test(tag)) place.endCell(paragraphs.join(' ').trim())
      if (tag === 'table-row') place.endRow()
    },
  }
}

const repeat = (count: string | undefined): number =>
  Math.max(1, Number.parseInt(count ?? '1', 10) || 1)
