import { execFile } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { AppError } from '../../core/errors.ts'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import type { Parser, ParserFile } from '../../core/ports/parser.ts'
import { documentParser } from './document.ts'
import { xlsxParser } from './xlsx.ts'

const run = promisify(execFile)

const OOXML = 'application/vnd.openxmlformats-officedocument'
const MAX_BYTES = 128 * 1024 * 1024
const CONVERT_MS = 120_000

interface Conversion {
  from: string
  to: string
  mediaType: string
}

const CONVERSIONS: Record<string, Conversion> = {
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
    const path = await convert(file, conversion)
    progress(0.8)
    const fd = openSync(path, 'r')
    try {
      const parser = conversion.to === 'xlsx' ? xlsxParser : documentParser
      return await parser.extract(parserFile(fd, conversion.mediaType), progress)
    } finally {
      closeSync(fd)
    }
  },
}

/** A fresh profile each: two runs of one profile wait for each other. */
async function convert(file: ParserFile, { from, to }: Conversion): Promise<string> {
  const soffice = ['/usr/bin/soffice', '/usr/local/bin/soffice'].find((path) => existsSync(path))
  if (!soffice) throw noConverter()
  const folder = await mkdtemp(join(tmpdir(), 'convert-'))
  const source = join(folder, `file.${from}`)
  const output = join(folder, 'out')
  await mkdir(output)
  await writeFile(source, file.whole(MAX_BYTES))
  const profile = `-env:UserInstallation=file://${folder}/profile`
  const flags = ['--headless', '--norestore', '--nolockcheck', '--nodefault']
  const args = [profile, ...flags, '--convert-to', to, '--outdir', output, source]
  await run(soffice, args, { timeout: CONVERT_MS, killSignal: 'SIGKILL' }).catch(explain)
  const result = join(output, `file.${to}`)
  if (existsSync(result)) return result
  throw refused('DAMAGED_FILE', 'This file cannot be opened: it is damaged, or has a password.')
}

/** LibreOffice answers a file that it cannot open with exit 0; a signal is one of our limits. */
function explain(cause: unknown): never {
  const isKilled = cause instanceof Error && 'signal' in cause && cause.signal
  if (!isKilled) throw refused('DAMAGED_FILE', 'This file cannot be opened: it is damaged.')
  const message = 'Converting this file took too long, or more than it may, and was stopped.'
  throw new AppError('internal', message, { reason: 'PARSER_TIMEOUT', cause })
}

const refused = (reason: string, message: string) =>
  new AppError('unsupported_type', message, { reason })

const noConverter = () =>
  new AppError(
    'unavailable',
    'Office files of before 2007 are read with LibreOffice. To enable: ' +
      'apt-get install libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui',
    { reason: 'NO_CONVERTER' },
  )
