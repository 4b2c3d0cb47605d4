import type { Draft, Parser, ParserFile } from '../../core/ports/parser.ts'
import { refuseEncrypted } from './encrypted.ts'
import {
  damagedSheet,
  openSheetZip,
  readMetadata,
  type SheetCollector,
  type SheetZip,
  sheetCollector,
} from './sheet-file.ts'
import { columnOf, dateOf, isDateFormat } from './xlsx-cell.ts'
import { readXml } from './xml.ts'

/** Workbooks of today, as a stream: a tree of half a million cells would not fit into memory. */
export const xlsxParser: Parser = {
  async extract(file, progress) {
    refuseEncrypted(file)
    try {
      return await read(file, progress)
    } catch (cause) {
      throw damagedSheet(cause)
    }
  },
}

interface Workbook {
  sheets: { name: string; path: string }[]
  /** Whether days are counted from 1904, as on old Macs. */
  from1904: boolean
  strings: string[]
  /** For each cell style, whether its numbers are dates. */
  dates: boolean[]
}

async function read(file: ParserFile, progress: (share: number) => void): Promise<Draft> {
  const opened = await openSheetZip(file)
  const workbook: Workbook = {
    ...(await readWorkbook(opened)),
    strings: await readStrings(opened),
    dates: await readStyles(opened),
  }
  const collector = sheetCollector()
  for (const [at, { name, path }] of workbook.sheets.entries()) {
    collector.begin(name)
    if (!collector.isFull()) await readSheet(opened, path, { workbook, collector })
    progress((at + 1) / workbook.sheets.length)
  }
  return collector.draft(await readMetadata(opened, 'docProps/core.xml'))
}

/** Sheets in their order, and where they lie (ECMA-376 part 1, 18.2.19; part 2, 9.3). */
async function readWorkbook(opened: SheetZip): Promise<Pick<Workbook, 'sheets' | 'from1904'>> {
  const targets = new Map<string, string>()
  await readMember(opened, 'xl/_rels/workbook.xml.rels', (tag, { Id, Target, Type }) => {
    if (tag !== 'Relationship' || !Id || !Target || !Type?.endsWith('/worksheet')) return
    targets.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`)
  })
  const sheets: Workbook['sheets'] = []
  let from1904 = false
  await readMember(opened, 'xl/workbook.xml', (tag, attributes) => {
    if (tag === 'workbookPr') from1904 = /^(1|true)$/.test(attributes.date1904 ?? '')
    const path = tag === 'sheet' ? targets.get(attributes.id ?? '') : undefined
    if (path) sheets.push({ name: attributes.name ?? '', path })
  })
  return { sheets, from1904 }
}

const readMember = async (
  { zip, member }: SheetZip,
  name: string,
  open: (tag: string, attributes: Record<string, string>) => void,
): Promise<void> => {
  const entry = member(name)
  if (entry) await readXml(zip, entry, { open })
}

/** Texts that cells point to by number; phonetic guides apart (18.4.8, 18.4.6). */
async function readStrings({ zip, member }: SheetZip): Promise<string[]> {
  const strings: string[] = []
  const entry = member('xl/sharedStrings.xml')
  if (!entry) return strings
  let text = ''
  let isText = false
  let isPhonetic = false
  await readXml(zip, entry, {
    open(tag) {
      if (tag === 'si') text = ''
      if (tag === 'rPh') isPhonetic = true
      isText = tag === 't' && !isPhonetic
    },
    text(piece) {
      if (isText) text += piece
    },
    close(tag) {
      isText = false
      if (tag === 'rPh') isPhonetic = false
      if (tag === 'si') strings.push(text)
    },
  })
  return strings
}

/** Which cell styles show dates (18.8.30, 18.8.10). */
async function readStyles(opened: SheetZip): Promise<boolean[]> {
  const formats = new Map<string, string>()
  const dates: boolean[] = []
  let isCellStyles = false
  await readMember(opened, 'xl/styles.xml', (tag, { numFmtId = '0', formatCode = '' }) => {
    if (tag === 'numFmt') formats.set(numFmtId, formatCode)
    if (tag === 'cellXfs') isCellStyles = true
    if (tag === 'cellStyles' || tag === 'dxfs') isCellStyles = false
    if (tag === 'xf' && isCellStyles) dates.push(isDateFormat(numFmtId, formats.get(numFmtId)))
  })
  return dates
}

/** One worksheet, row by row (18.3.1.73, 18.3.1.4). */
async function readSheet(
  { zip, member }: SheetZip,
  path: string,
  { workbook, collector }: { workbook: Workbook; collector: SheetCollector },
): Promise<void> {
  const entry = member(path)
  if (!entry) return
  let row = -1
  let column = -1
  let cells: (string | undefined)[] = []
  let cell: Record<string, string> = {}
  let value = ''
  let isValue = false
  await readXml(zip, entry, {
    open(tag, attributes) {
      isValue = tag === 'v' || tag === 't'
      if (tag === 'row') {
        row = attributes.r ? Number(attributes.r) - 1 : row + 1
        column = -1
        cells = []
      } else if (tag === 'c') {
        cell = attributes
        column = attributes.r ? columnOf(attributes.r) : column + 1
        value = ''
      }
    },
    text(piece) {
      if (isValue) value += piece
    },
    close(tag) {
      isValue = false
      if (tag === 'c' && value !== '') cells[column] = shown(cell, value, workbook)
      if (tag === 'row') collector.add(row, cells)
    },
    isDone: () => collector.isFull(),
  })
}

/** What a cell shows, as far as its kind tells (18.18.11). */
function shown({ t, s }: Record<string, string>, value: string, workbook: Workbook): string {
  if (t === 's') return workbook.strings[Number(value)] ?? ''
  if (t === 'b') return value === '1' ? 'TRUE' : 'FALSE'
  if (t === undefined || t === 'n') {
    return workbook.dates[Number(s ?? 0)] ? dateOf(Number(value), workbook.from1904) : value
  }
  return value
}
