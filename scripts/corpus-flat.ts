import type { TextBook } from './corpus-book.ts'

const NAMESPACES = ['office', 'text', 'table', 'style', 'drawing', 'presentation', 'meta']
  .map(
    (name) =>
      `xmlns:${name === 'drawing' ? 'draw' : name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`,
  )
  .concat(
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"',
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"',
    'xmlns:dc="http://purl.org/dc/elements/1.1/"',
  )
  .join(' ')

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const file = (kind: string, title: string, inside: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<office:document ${NAMESPACES} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.${kind}">
<office:meta><dc:title>${escaped(title)}</dc:title></office:meta>
${inside}
</office:document>
`

/** A text document in flat OpenDocument, which LibreOffice turns into every other format. */
export function flatText({ title, sections }: TextBook): string {
  const body = sections.flatMap(({ heading, paragraphs }) => [
    `<text:h text:style-name="Heading_20_1" text:outline-level="1">${escaped(heading)}</text:h>`,
    ...paragraphs.map((text) => `<text:p text:style-name="Standard">${escaped(text)}</text:p>`),
  ])
  return file(
    'text',
    title,
    `<office:styles><style:style style:name="Standard" style:family="paragraph"><style:paragraph-properties fo:margin-bottom="0.3cm"/></style:style>
<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph" style:parent-style-name="Standard" style:default-outline-level="1"><style:text-properties fo:font-size="18pt" fo:font-weight="bold"/></style:style></office:styles>
<office:body><office:text>
${body.join('\n')}
</office:text></office:body>`,
  )
}

export interface Slide {
  title: string
  lines: string[]
  notes?: string
}

/** Slides in flat OpenDocument. */
export function flatSlides(title: string, slides: readonly Slide[]): string {
  const pages = slides.map(
    (slide, at) => `<draw:page draw:name="s${at + 1}" draw:master-page-name="M">
${frame('presentation:class="title"', 1, 3, [slide.title])}
${frame('', 5, 14, slide.lines)}
${slide.notes ? `<presentation:notes>${frame('presentation:class="notes"', 14, 10, [slide.notes])}</presentation:notes>` : ''}
</draw:page>`,
  )
  return file(
    'presentation',
    title,
    `<office:automatic-styles><style:page-layout style:name="P"><style:page-layout-properties fo:page-width="28cm" fo:page-height="21cm"/></style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="M" style:page-layout-name="P"/></office:master-styles>
<office:body><office:presentation>
${pages.join('\n')}
</office:presentation></office:body>`,
  )
}

const frame = (attributes: string, top: number, height: number, lines: readonly string[]): string =>
  `<draw:frame ${attributes} svg:x="2cm" svg:y="${top}cm" svg:width="24cm" svg:height="${height}cm"><draw:text-box>${lines
    .map((line) => `<text:p>${escaped(line)}</text:p>`)
    .join('')}</draw:text-box></draw:frame>`

export interface Sheet {
  name: string
  rows: (string | number)[][]
}

/** A workbook in flat OpenDocument. */
export function flatSheets(title: string, sheets: readonly Sheet[]): string {
  const tables = sheets.map(
    ({ name, rows }) =>
      `<table:table table:name="${escaped(name)}">\n${rows.map(row).join('\n')}\n</table:table>`,
  )
  return file(
    'spreadsheet',
    title,
    `<office:body><office:spreadsheet>\n${tables.join('\n')}\n</office:spreadsheet></office:body>`,
  )
}

const row = (cells: readonly (string | number)[]): string =>
  `<table:table-row>${cells.map(cell).join('')}</table:table-row>`

const cell = (value: string | number): string =>
  typeof value === 'number'
    ? `<table:table-cell office:value-type="float" office:value="${value}"><text:p>${value}</text:p></table:table-cell>`
    : `<table:table-cell office:value-type="string"><text:p>${escaped(value)}</text:p></table:table-cell>`
