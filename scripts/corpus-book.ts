import type { Docs } from './corpus-docs.ts'

export interface Section {
  heading: string
  paragraphs: string[]
}

/** A text with its structure: what a document of any format is made from. */
export interface TextBook {
  title: string
  sections: Section[]
}

const RST_FOLDERS = ['doc/debian-policy/policy.html/_sources', 'developers-reference/_sources']
/** Always there: every Debian system carries the licences. */
const LICENCES = ['GPL-3', 'GFDL-1.3', 'MPL-2.0', 'LGPL-2.1', 'Apache-2.0', 'GPL-2', 'Artistic']
const WANTED = 26

/**
 * Texts to make documents from, each used once, so that a sentence of one stands in no other: the
 * chapters of Debian's manuals, then licences as far as those do not suffice.
 */
export async function gatherBooks(docs: Docs): Promise<TextBook[]> {
  const books: TextBook[] = []
  for (const folder of RST_FOLDERS) {
    for (const name of await docs.names(folder)) {
      const source = await docs.read(`${folder}/${name}`)
      if (source) books.push(parseManual(source.toString()))
    }
  }
  const long = books.filter((book) => paragraphsOf(book).length >= 12)
  return long.length >= WANTED ? long : [...long, ...(await licences(docs))].slice(0, WANTED)
}

export const paragraphsOf = (book: TextBook): string[] =>
  book.sections.flatMap((section) => section.paragraphs)

/** Chapters of the manuals, written in reStructuredText. */
function parseManual(source: string): TextBook {
  const sections: Section[] = []
  const blocks = source.replaceAll('\r', '').split(/\n{2,}/)
  let isVerbatim = false
  for (const block of blocks) {
    const heading = headingOf(block)
    if (heading) {
      sections.push({ heading: plain(heading), paragraphs: [] })
      continue
    }
    const isIndented = block.split('\n').every((line) => /^\s/.test(line))
    if (isVerbatim && isIndented) continue
    isVerbatim = /::\s*$/.test(block)
    if (/^\.\. |^[+|]|^\s*:/.test(block) || (isIndented && block.trim() === '')) continue
    const text = plain(block)
    if (text.length > 30) sections.at(-1)?.paragraphs.push(text)
  }
  const filled = sections.filter((section) => section.paragraphs.length > 0)
  return { title: sections[0]?.heading ?? 'Untitled', sections: filled }
}

function headingOf(block: string): string | undefined {
  const lines = block.split('\n').filter((line) => !line.startsWith('.. _'))
  const [text, underline = ''] = lines.slice(-2)
  return text && /^([=~^*"-])\1{3,}\s*$/.test(underline) ? text : undefined
}

/** What a reader sees of marked-up text, in one line. */
const plain = (text: string): string =>
  text
    .replace(/:[\w:]+:`([^`<]*?)\s*<[^`]*>`/g, '$1')
    .replace(/:[\w:]+:`([^`]*)`/g, '$1')
    .replace(/`([^`<]*?)\s*<[^`]*>`__?/g, '$1')
    .replace(/``([^`]*)``/g, '$1')
    .replace(/\[#?[^\]\s]*\]_/g, '')
    .replace(/[*`]+([^*`]+)[*`]+_?/g, '$1')
    .replace(/::/g, ':')
    .replace(/^\s*([-*]|\d+\.|#\.)\s+/, '')
    .replace(/\\(.)/g, '$1')
    .replace(/\s+/g, ' ')
    .trim()

/** Paragraphs of a piece. */
const PIECE = 8
/** Long enough to be printed whole: a dozen pages. */
const WHOLE = ['GPL-3', 'LGPL-2.1']

/** Licences: two whole ones, the others cut into pieces of a few pages. */
async function licences(docs: Docs): Promise<TextBook[]> {
  const books: TextBook[] = []
  for (const name of LICENCES) {
    const text = (await docs.read(`common-licenses/${name}`))?.toString() ?? ''
    const paragraphs = text
      .split(/\n\s*\n/)
      .map((block) => block.replace(/\s+/g, ' ').trim())
      .filter((block) => block.length > 40)
    const size = WHOLE.includes(name) ? paragraphs.length : PIECE
    for (let at = 0; at + size <= paragraphs.length && size > 0; at += size) {
      const title = size === PIECE ? `${name}, part ${at / size + 1}` : name
      books.push(licencePiece(title, paragraphs.slice(at, at + size)))
    }
  }
  return books
}

function licencePiece(title: string, paragraphs: string[]): TextBook {
  const sections: Section[] = []
  for (let at = 0; at < paragraphs.length; at += 4) {
    const heading = `${title}, section ${at / 4 + 1}`
    sections.push({ heading, paragraphs: paragraphs.slice(at, at + 4) })
  }
  return { title, sections }
}
