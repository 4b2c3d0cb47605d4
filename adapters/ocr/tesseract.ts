import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { AppError } from '../../core/errors.ts'
import type { PagePicture } from '../../core/ports/parser.ts'
import type { Engine } from './engine.ts'
import { graymap } from './graymap.ts'
import { languageFolder } from './language-folder.ts'
import { findLanguage, type LanguageData } from './languages.ts'
import { readTable } from './reading.ts'
import type { Rotation } from './turn.ts'

/** Orientation and script: the data by which tesseract finds out how a page lies. */
const ORIENTATION = 'osd'
/** What it says of orientation below this is a guess (seen: 0.4 to 1.5 on short notes). */
const SURE = 2

/** Whether the tesseract program is installed. */
export const hasTesseract = (): boolean =>
  ['/usr/local/bin', '/usr/bin', '/bin'].some((folder) => existsSync(`${folder}/tesseract`))

/** The program tesseract, one process for each pass over a page, on one core. */
export async function tesseract(
  languages: readonly LanguageData[],
  modelsDir?: string,
): Promise<Engine> {
  const orientation = findLanguage(ORIENTATION, modelsDir)
  const data = await languageFolder([...languages, ...(orientation ? [orientation] : [])])
  const names = languages.map(({ language }) => language).join('+')
  // Neural network alone (oem 1); whole pages of any layout (psm 3); a table of words.
  const reading = ['-l', names, '--oem', '1', '--psm', '3', '-c', 'tessedit_create_tsv=1']

  return {
    read: async (picture, signal) => readTable(await run(picture, { data, args: reading, signal })),

    async orientation(picture, signal) {
      if (!orientation) return undefined
      const args = ['-l', ORIENTATION, '--psm', '0']
      return orientationOf(await run(picture, { data, args, signal, mayFail: true }))
    },

    close: async () => undefined,
  }
}

/** `Rotate: 270` is how far to turn the page clockwise. */
function orientationOf(answer: string): Rotation | undefined {
  const turn = Number(/^Rotate: (\d+)$/m.exec(answer)?.[1])
  const confidence = Number(/^Orientation confidence: ([\d.]+)$/m.exec(answer)?.[1])
  if (!(confidence >= SURE)) return undefined
  return turn === 0 || turn === 90 || turn === 180 || turn === 270 ? turn : undefined
}

interface Pass {
  data: string
  args: readonly string[]
  signal: AbortSignal
  /** Whether "too few characters" is an answer, too. */
  mayFail?: boolean
}

function run(picture: PagePicture, { data, args, signal, mayFail = false }: Pass): Promise<string> {
  const child = spawn('tesseract', ['stdin', 'stdout', '--tessdata-dir', data, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Its threads cost more than they bring, and the core is not all ours.
    env: { ...process.env, OMP_THREAD_LIMIT: '1' },
    signal,
    killSignal: 'SIGKILL',
  })
  const output: Buffer[] = []
  let complaints = ''
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => {
    if (complaints.length < 4096) complaints += chunk.toString()
  })
  // One that ends before it has read everything says why by its exit.
  child.stdin.on('error', () => undefined)
  child.stdin.end(graymap(picture))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, killedBy) => {
      if (code === 0 || (mayFail && code === 1)) resolve(Buffer.concat(output).toString())
      else reject(failure(killedBy, `exit ${code}: ${complaints.trim()}`))
    })
  })
}

function failure(killedBy: NodeJS.Signals | null, complaints: string): AppError {
  const cause = new Error(killedBy ?? complaints)
  const reason = killedBy === 'SIGXCPU' ? 'PARSER_TIMEOUT' : 'PARSER_DIED'
  const message = 'Reading the text in this picture failed or took too long.'
  return new AppError('internal', message, { reason, cause })
}
