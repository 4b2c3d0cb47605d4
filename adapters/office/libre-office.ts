import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { AppError } from '../../core/errors.ts'
import type { ParserFile } from '../../core/ports/parser.ts'

const run = promisify(execFile)

const MAX_BYTES = 128 * 1024 * 1024

interface Conversion {
  /** Ending of names of the format that it is in, which LibreOffice goes by. */
  from: string
  /** Ending of the format that it shall have. */
  to: string
  /** LibreOffice is killed after this. */
  withinMs: number
}

const soffice = (): string | undefined =>
  ['/usr/bin/soffice', '/usr/local/bin/soffice'].find((path) => existsSync(path))

export const hasLibreOffice = (): boolean => soffice() !== undefined

/**
 * Turns an office file into another format by LibreOffice; of several pages a picture has the first.
 * A fresh profile each: two runs of one profile wait for each other.
 *
 * @returns path of the result
 * @throws AppError `unavailable` (`NO_CONVERTER`), `unsupported_type` (`DAMAGED_FILE`), `internal`
 *   (`PARSER_TIMEOUT`) when LibreOffice was stopped
 */
export async function convertOffice(
  file: ParserFile,
  { from, to, withinMs }: Conversion,
): Promise<string> {
  const program = soffice()
  if (!program) throw noConverter()
  const folder = await mkdtemp(join(tmpdir(), 'convert-'))
  const source = join(folder, `file.${from}`)
  const output = join(folder, 'out')
  await mkdir(output)
  await writeFile(source, file.whole(MAX_BYTES))
  const profile = `-env:UserInstallation=file://${folder}/profile`
  const flags = ['--headless', '--norestore', '--nolockcheck', '--nodefault']
  const args = [profile, ...flags, '--convert-to', to, '--outdir', output, source]
  await run(program, args, { timeout: withinMs, killSignal: 'SIGKILL' }).catch(explain)
  const result = join(output, `file.${to}`)
  if (existsSync(result)) return result
  throw damaged('This file cannot be opened: it is damaged, or has a password.')
}

/** LibreOffice answers a file that it cannot open with exit 0; a signal is one of our limits. */
function explain(cause: unknown): never {
  const isKilled = cause instanceof Error && 'signal' in cause && cause.signal
  if (!isKilled) throw damaged('This file cannot be opened: it is damaged.')
  const message = 'Converting this file took too long, or more than it may, and was stopped.'
  throw new AppError('internal', message, { reason: 'PARSER_TIMEOUT', cause })
}

const damaged = (message: string) =>
  new AppError('unsupported_type', message, { reason: 'DAMAGED_FILE' })

const noConverter = () =>
  new AppError(
    'unavailable',
    'Office files of before 2007 are read with LibreOffice. To enable: ' +
      'apt-get install libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui',
    { reason: 'NO_CONVERTER' },
  )
