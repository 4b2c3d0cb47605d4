import type { Coverage } from '../../core/model/locator.ts'
import type { Draft, Parser, ParserFile } from '../../core/ports/parser.ts'
import { documentParts } from './document-parts.ts'
import { refuseEncrypted } from './encrypted.ts'
import { firstPage } from './first-page.ts'
import { pageCountOf } from './page-count.ts'
import { slideCount, slideParts } from './slide-parts.ts'
import { type Format, readTree, type Tree } from './tree.ts'
import { checkZip } from './zip-check.ts'

const OOXML = 'application/vnd.openxmlformats-officedocument'
const ODF = 'application/vnd.oasis.opendocument'

const FORMATS: Record<string, Format> = {
  [`${OOXML}.wordprocessingml.document`]: 'docx',
  [`${OOXML}.presentationml.presentation`]: 'pptx',
  [`${ODF}.text`]: 'odt',
  [`${ODF}.presentation`]: 'odp',
  'application/rtf': 'rtf',
  'application/epub+zip': 'epub',
}

/** Packed size; what it may unpack to is checked apart. */
const MAX_BYTES = 256 * 1024 * 1024

/** Office files of today, sheets apart: text documents, slides and books. */
export const documentParser: Parser = {
  async extract(file) {
    const format = await checked(file)
    const draft = draftOf(await readTree(file.whole(MAX_BYTES), format), format)
    const pageCount = draft.pageCount ?? (await pageCountOf(file, format))
    return { ...draft, ...(pageCount !== undefined && { pageCount }) }
  },

  async preview(file, widthPx) {
    const format = await checked(file)
    return format === 'epub' ? undefined : firstPage(file, format, widthPx)
  },
}

/** Nothing is unpacked before it is known what it unpacks to. */
async function checked(file: ParserFile): Promise<Format> {
  const format = FORMATS[file.mediaType] ?? 'docx'
  if (format !== 'rtf') {
    refuseEncrypted(file)
    await checkZip(file)
  }
  return format
}

/** A parsed file as located text, by the unit that its kind is read in. */
export function draftOf(tree: Tree, format: Format): Draft {
  const { content, metadata, unread } = tree
  const common = { metadata, ...(unread.length > 0 && { partialReason: 'PARTS_NOT_READ' }) }
  const all = (unit: Coverage['unit'], total: number): Coverage => ({
    unit,
    done: unread.length > 0 ? Math.max(0, total - 1) : total,
    total,
    missing: unread,
  })
  if (format === 'pptx' || format === 'odp') {
    const count = slideCount(content)
    return {
      ...common,
      parts: slideParts(content),
      coverage: all('slide', count),
      pageCount: count,
    }
  }
  return { ...common, parts: documentParts(content), coverage: all('file', 1) }
}
