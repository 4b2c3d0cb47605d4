import { closeSync, openSync } from 'node:fs'
import { AppError } from '../../core/errors.ts'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import type { Parser } from '../../core/ports/parser.ts'
import { documentParser } from './document.ts'
import { firstPage } from './first-page.ts'
import { convertOffice } from './libre-office.ts'
import { xlsxParser } from './xlsx.ts'

const OOXML = 'application/vnd.openxmlformats-officedocument'
const CONVERT_MS = 120_000

interface Successor {
  from: string
  to: string
  mediaType: string
}

const CONVERSIONS: Record<string, Successor> = {
  'application/msword': {
    from: 'doc',
    to: 'docx',
    mediaType: `${OOXML}.wordprocessingml.document`,
  },
  'application/vnd.ms-excel': {
    from: 'xls',
    to: 'xlsx',
    mediaType: `${OOXML}.spreadsheetml.sheet`,
  },
  'application/vnd.ms-powerpoint': {
    from: 'ppt',
    to: 'pptx',
    mediaType: `${OOXML}.presentationml.presentation`,
  },
}

/** Office files of before 2007: turned into today's format by LibreOffice, then read like those. */
export const legacyParser: Parser = {
  async extract(file, progress) {
    const conversion = CONVERSIONS[file.mediaType]
    if (!conversion) throw refused('NO_TEXT_IN_TYPE', 'Files of this type cannot be read.')
    const { from, to } = conversion
    const path = await convertOffice(file, { from, to, withinMs: CONVERT_MS })
    progress(0.8)
    const fd = openSync(path, 'r')
    try {
      const parser = to === 'xlsx' ? xlsxParser : documentParser
      return await parser.extract(parserFile(fd, conversion.mediaType), progress)
    } finally {
      closeSync(fd)
    }
  },

  async preview(file, widthPx) {
    const from = CONVERSIONS[file.mediaType]?.from
    // A sheet is read better from its text than from a page that cuts it anywhere.
    return from && from !== 'xls' ? firstPage(file, from, widthPx) : undefined
  },
}

const refused = (reason: string, message: string) =>
  new AppError('unsupported_type', message, { reason })
