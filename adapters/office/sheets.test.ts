import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import type { Parser } from '../../core/ports/parser.ts'
import { compoundOf, zipOf } from '../../scripts/corpus-pack.ts'
import { fileOf } from '../../tests/open-file.ts'
import { odsParser } from './ods.ts'
import { xlsxParser } from './xlsx.ts'
import { columnOf, dateOf, isDateFormat } from './xlsx-cell.ts'

type Members = Parameters<typeof zipOf>[0]

async function read(parser: Parser, bytes: Uint8Array) {
  const { fd } = await fileOf(bytes)
  return parser.extract(parserFile(fd, ''), () => undefined)
}

const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** A workbook of one sheet with these rows. */
const xlsx = (rows: string, others: Members = []) =>
  zipOf([
    [
      'xl/workbook.xml',
      '<x:workbook xmlns:x="m" xmlns:r="r"><x:sheets><x:sheet name="Oil &amp; rope" r:id="a"/><x:sheet name="Gone" r:id="b"/></x:sheets></x:workbook>',
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `<Relationships><Relationship Id="a" Type="${RELATION}/worksheet" Target="/xl/worksheets/one.xml"/></Relationships>`,
    ],
    ['xl/worksheets/one.xml', `<worksheet><sheetData>${rows}</sheetData></worksheet>`],
    ...others,
  ])

it('shows cells of an xlsx as their kinds say', async () => {
  const { parts } = await read(
    xlsxParser,
    xlsx(
      `<row r="3"><c r="B3" t="s"><v>0</v></c><c r="D3" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c></row>
       <row><c t="b"><v>1</v></c><c t="str"><f>A1&amp;B1</f><v>joined</v></c><c s="1"><v>46147</v></c><c s="0"><v>46147</v></c></row>`,
      [
        [
          'xl/sharedStrings.xml',
          '<sst><si><r><t>Two </t></r><r><t>runs</t></r><rPh><t>guide</t></rPh></si></sst>',
        ],
        [
          'xl/styles.xml',
          '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="dd/mm/yyyy"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>',
        ],
        ['docProps/core.xml', '<cp><dc:title xmlns:dc="d">Ledger</dc:title></cp>'],
      ],
    ),
  )
  expect(parts).toEqual([
    {
      text: 'Two runs\t\tinline\nTRUE\tjoined\t2026-05-05\t46147',
      locator: { sheet: 'Oil & rope', cells: 'A3:D4' },
    },
  ])
})

it('says when a workbook has more text than there is room for', async () => {
  // Noise, for anything else would pack like a bomb.
  const noise = () => `<c t="inlineStr"><is><t>${randomBytes(16_000).toString('hex')}</t></is></c>`
  const rows = Array.from({ length: 1200 }, () => `<row>${noise()}</row>`).join('')
  const draft = await read(xlsxParser, xlsx(rows))
  expect(draft).toMatchObject({ partialReason: 'TEXT_LIMIT', coverage: { done: 0, total: 1 } })
})

it('counts columns and days as workbooks do', () => {
  expect(['A1', 'Z9', 'AA1', 'AB7', 'XFD1'].map(columnOf)).toEqual([0, 25, 26, 27, 16_383])
  expect([1, 59, 61, 46147].map((day) => dateOf(day, false))).toEqual([
    '1900-01-01',
    '1900-02-28',
    '1900-03-01',
    '2026-05-05',
  ])
  expect(dateOf(44685, true)).toBe('2026-05-05')
  expect(dateOf(46147.75, false)).toBe('2026-05-05 18:00')
  expect(dateOf(0.5, false)).toBe('12:00:00')
  expect(isDateFormat('14')).toBe(true)
  expect(isDateFormat('170', '0.00" days"')).toBe(false)
  expect(isDateFormat('171', '[Red]General')).toBe(false)
})

const ods = (table: string, manifest = '<m/>') =>
  zipOf([
    [
      'content.xml',
      `<office:c xmlns:office="o" xmlns:table="t" xmlns:text="x"><table:table table:name="Oil">${table}</table:table></office:c>`,
    ],
    ['META-INF/manifest.xml', manifest],
  ])

it('keeps the place of cells behind repeats, and leaves comments out', async () => {
  const { parts } = await read(
    odsParser,
    ods(`<table:table-row table:number-rows-repeated="9"><table:table-cell/></table:table-row>
      <table:table-row><table:table-cell table:number-columns-repeated="3"/>
        <table:table-cell><office:annotation><text:p>a comment</text:p></office:annotation><text:p>two<text:s/>words</text:p><text:p>below</text:p></table:table-cell>
        <table:covered-table-cell/><table:table-cell table:number-columns-repeated="2"><text:p>twice</text:p></table:table-cell></table:table-row>`),
  )
  expect(parts).toEqual([
    { text: 'two words below\t\ttwice\ttwice', locator: { sheet: 'Oil', cells: 'D10:G10' } },
  ])
})

it('writes a million equal cells out a hundred times', async () => {
  const row = `<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>`
  const { parts } = await read(odsParser, ods(row))
  expect(parts.at(-1)?.locator.cells).toMatch(/^A\d+:CV100$/)
})

it.each([
  ['an xlsx', xlsxParser, compoundOf(['EncryptedPackage']), 'PASSWORD_PROTECTED'],
  ['an ods', odsParser, ods('', '<m><e><encryption-data/></e></m>'), 'PASSWORD_PROTECTED'],
  ['broken XML', odsParser, ods('<table:table-row>'), 'DAMAGED_FILE'],
  ['broken XML', xlsxParser, xlsx('<row'), 'DAMAGED_FILE'],
  [
    'a late document type',
    xlsxParser,
    xlsx(`${' '.repeat(5000)}`, [
      ['xl/styles.xml', `${' '.repeat(5000)}<!DOCTYPE a [<!ENTITY b "c">]><a/>`],
    ]),
    'DTD_FORBIDDEN',
  ],
])('names what is wrong: %s', async (_what, parser, bytes, reason) => {
  await expect(read(parser, bytes)).rejects.toMatchObject({ code: 'unsupported_type', reason })
})
