import { AppError } from '../../core/errors.ts'
import type { Coverage } from '../../core/model/locator.ts'
import type { Draft, Parser, ParserFile } from '../../core/ports/parser.ts'
import { documentParts } from './document-parts.ts'
import { sheetParts } from './sheet-parts.ts'
import { slideCount, slideParts } from './slide-parts.ts'
import { type Format, readTree, type Tree } from './tree.ts'
import { checkZip } from './zip-check.ts'

const OOXML = 'application/vnd.openxmlformats-officedocument'
const ODF = 'application/vnd.oasis.opendocument'

const FORMATS: Record<string, Format> = {
  [`${OOXML}.wordprocessingml.document`]: 'docx',
  [`${OOXML}.presentationml.presentation`]: 'pptx',
  [`${OOXML}.spreadsheetml.sheet`]: 'xlsx',
  [`${ODF}.text`]: 'odt',
  [`${ODF}.presentation`]: 'odp',
  [`${ODF}.spreadsheet`]: 'ods',
  'application/rtf': 'rtf',
  'application/epub+zip': 'epub',
}

/** Packed size; what it may unpack to is checked apart. */
const MAX_BYTES = 256 * 1024 * 1024

/** Office files of today: text documents, slides and sheets, and books. */
export const documentParser: Parser = {
  async extract(file) {
    const format = FORMATS[file.mediaType] ?? 'docx'
    if (format !== 'rtf') {
      refuseEncrypted(file)
      await checkZip(file)
    }
    return draftOf(await readTree(file.whole(MAX_BYTES), format), format)
  },
}

/** With a password, the zip is wrapped in a compound file ([MS-OFFCRYPTO] 2.3.1). */
function refuseEncrypted(file: ParserFile): void {
  if (Buffer.from(file.read(0, 4)).toString('hex') !== 'd0cf11e0') return
  const message = 'This file is protected by a password.'
  throw new AppError('unsupported_type', message, { reason: 'PASSWORD_PROTECTED' })
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
  if (format === 'xlsx' || format === 'ods') {
    const count = content.filter((node) => node.type === 'sheet').length
    return {
      ...common,
      parts: sheetParts(content),
      coverage: all('sheet', count),
      pageCount: count,
    }
  }
  return { ...common, parts: documentParts(content), coverage: all('file', 1) }
}
