import { execFileSync } from 'node:child_process'
import type { Place } from './corpus-ask.ts'
import { paragraphsOf, type TextBook } from './corpus-book.ts'
import type { Conversion } from './corpus-convert.ts'
import { flatSheets, flatSlides, flatText, type Slide } from './corpus-flat.ts'
import { mailOf } from './corpus-mail.ts'

/** A file of the corpus: its bytes, or what LibreOffice makes it from. */
export type Item = {
  path: string
  /** What stands where, as far as the source tells; PDFs are read when they are made. */
  places: Place[]
} & ({ bytes: Uint8Array } | { conversion: Omit<Conversion, 'path'> })

/** Which book becomes which kind of file: each book once. */
const KINDS: readonly [folder: string, format: string, count: number][] = [
  ['Handbook', 'docx', 5],
  ['Handbook/Older', 'odt', 3],
  ['Handbook/Older', 'rtf', 2],
  ['Handbook/Printed', 'pdf', 2],
  ['Notes', 'md', 4],
  ['Talks', 'pptx', 2],
  ['Talks/2019', 'odp', 2],
  ['Books', 'epub', 1],
  ['Notes', 'html', 1],
  ['Notes', 'txt', 2],
  ['Mail', 'eml', 2],
]

/** Everything that is made from the texts: the longest are printed, the others in their order. */
export function plan(books: readonly TextBook[]): Item[] {
  const long = [...books].sort((a, b) => lengthOf(b) - lengthOf(a)).slice(0, 2)
  const others = books.filter((book) => !long.includes(book))
  const items = KINDS.flatMap(([folder, format, count]) =>
    (format === 'pdf' ? long : others.splice(0, count)).map((book) =>
      itemOf(book, format, `${folder}/${fileName(book.title)}.${format}`),
    ),
  )
  return [...items, ...tables(books)]
}

const lengthOf = (book: TextBook): number => paragraphsOf(book).join(' ').length

/** Titles of manuals hold anything; names of files do not. */
const fileName = (title: string): string =>
  title
    .replace(/[^\p{L}\p{N} .,'()-]/gu, '')
    .trim()
    .slice(0, 60)
    .replace(/ \([^)]*$/, '')

function itemOf(book: TextBook, format: string, path: string): Item {
  if (format === 'pptx' || format === 'odp') return slidesItem(book, format, path)
  if (format === 'eml') return mailItem(book, path)
  const places = sectionPlaces(book, path)
  if (format === 'md') return { path, places, bytes: Buffer.from(markdown(book)) }
  if (format === 'html') return { path, places, bytes: Buffer.from(html(book)) }
  if (format === 'txt') return textItem(book, path)
  // Books lose their headings on the way to EPUB, and PDF has pages instead.
  const known = format === 'docx' || format === 'odt' ? places : withoutHeadings(places)
  return {
    path,
    places: format === 'pdf' ? [] : known,
    conversion: { format, flat: flatText(book), extension: 'fodt' },
  }
}

const withoutHeadings = (places: Place[]): Place[] =>
  places.map((place) => ({ ...place, locator: {} }))

/** Short sections are read together with the next one, so only longer ones are asked about. */
const sectionPlaces = ({ sections }: TextBook, file: string): Place[] =>
  sections.map(({ heading, paragraphs }) => ({
    file,
    locator: { heading },
    text: paragraphs.join('\n'),
  }))

const markdown = ({ sections }: TextBook): string =>
  sections
    .map(
      ({ heading, paragraphs }, at) =>
        `${at === 0 ? '#' : '##'} ${heading}\n\n${paragraphs.join('\n\n')}\n`,
    )
    .join('\n')

const html = ({ title, sections }: TextBook): string =>
  `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>p { margin: 1em }</style></head><body>
${sections.map(({ heading, paragraphs }) => `<h2>${heading}</h2>\n${paragraphs.map((text) => `<p>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>`).join('\n')}`).join('\n')}
</body></html>
`

function textItem(book: TextBook, path: string): Item {
  const lines: string[] = []
  const places: Place[] = []
  for (const { heading, paragraphs } of book.sections) {
    lines.push(heading, '')
    for (const text of paragraphs) {
      places.push({ file: path, locator: { line: lines.length + 1 }, text })
      lines.push(text, '')
    }
  }
  return { path, places, bytes: Buffer.from(lines.join('\n')) }
}

function slidesItem(book: TextBook, format: string, path: string): Item {
  const slides: Slide[] = book.sections.slice(0, 15).map(({ heading, paragraphs }) => ({
    title: heading,
    lines: paragraphs.slice(0, 2),
    ...(paragraphs[2] && { notes: paragraphs[2] }),
  }))
  const places = slides.map(({ lines, notes }, at) => ({
    file: path,
    locator: { slide: at + 1 },
    text: [...lines, notes ?? ''].join('\n'),
  }))
  return {
    path,
    places,
    conversion: { format, flat: flatSlides(book.title, slides), extension: 'fodp' },
  }
}

function mailItem(book: TextBook, path: string): Item {
  const [body = '', ...rest] = paragraphsOf(book)
  const text = `Dear colleagues,\n\n${body}\n\nThe whole text is attached.\n\nKind regards\nMarta`
  const bytes = mailOf({
    from: 'Marta Küster <marta@harbour.example>',
    to: 'office@harbour.example',
    subject: `For the meeting: ${book.title}`,
    date: 'Tue, 05 May 2026 07:12:00 +0200',
    text,
    attachments: [
      { name: 'full text.txt', mediaType: 'text/plain', bytes: Buffer.from(rest.join('\n\n')) },
      { name: 'section list.csv', mediaType: 'text/csv', bytes: sectionList(book) },
    ],
  })
  return { path, places: [{ file: path, locator: {}, text }], bytes }
}

const sectionList = ({ sections }: TextBook): Buffer =>
  Buffer.from(
    [['Section', 'Paragraphs'], ...sections.map((s) => [`"${s.heading}"`, s.paragraphs.length])]
      .map((row) => row.join(';'))
      .join('\r\n'),
  )

/** A register of all sections, with numbers of their own, in four formats of tables. */
function tables(books: readonly TextBook[]): Item[] {
  const header = ['Number', 'Book', 'Section', 'Paragraphs', 'Words']
  const rows = books.flatMap((book) => book.sections.map((section) => ({ book, section })))
  const table = (prefix: string) => [
    header,
    ...rows.map(({ book, section }, at) => [
      `${prefix}-${String(at + 1).padStart(4, '0')}`,
      book.title,
      section.heading,
      section.paragraphs.length,
      section.paragraphs.join(' ').split(' ').length,
    ]),
  ]
  const csv = (prefix: string, delimiter: string) =>
    table(prefix)
      .map((row) => row.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(delimiter))
      .join('\r\n')
  const sheet = (prefix: string, format: string, path: string): Item => ({
    path,
    places: [
      { file: path, locator: { sheet: 'Register', cells: 'A58:E58' }, text: `${prefix}-0057` },
    ],
    conversion: {
      format,
      flat: flatSheets('Register of sections', [{ name: 'Register', rows: table(prefix) }]),
      extension: 'fods',
    },
  })
  const latin = (text: string) => Buffer.from(text.replace(/[^\0-\xff]/g, '?'), 'latin1')
  return [
    sheet('REG', 'xlsx', 'Tables/Register of sections.xlsx'),
    sheet('OLD', 'ods', 'Tables/Register of 2019.ods'),
    { path: 'Tables/Register.csv', places: [], bytes: Buffer.from(csv('CSV', ',')) },
    {
      path: 'Tables/Register für Excel.csv',
      places: [],
      bytes: latin(`Größe;Über\r\n${csv('EXC', ';')}`),
    },
  ]
}

/** The same characters in another encoding. Characters that it lacks are left out. */
export const encode = (text: string, encoding: string): Buffer =>
  encoding === 'utf-16le'
    ? Buffer.from(text, 'utf16le')
    : execFileSync('iconv', ['-c', '-f', 'utf-8', '-t', encoding], {
        input: text,
        maxBuffer: 64 * 1024 * 1024,
      })
