import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { AppError } from '../../core/errors.ts'

const FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin']

/** Whether poppler-utils are installed: all of them or none. */
export const hasPoppler = (): boolean =>
  ['pdfinfo', 'pdftotext', 'pdftoppm', 'pdfimages'].every((program) =>
    FOLDERS.some((folder) => existsSync(`${folder}/${program}`)),
  )

/** How to follow a program beside its output. */
interface Attention {
  /** Kills the program. */
  signal?: AbortSignal
  /** Told what it complains of: a page may come out white, and the program call it a success. */
  onComplaint?: (text: string) => void
}

/**
 * Runs one of poppler's programs on the file `fd`, which becomes its standard input, and yields what
 * it writes. Limits are those of this process, which it inherits.
 *
 * @throws AppError `unsupported_type` (`PASSWORD_PROTECTED`, `DAMAGED_FILE`) by its exit; the
 *   signal's reason when it was aborted
 */
export async function* poppler(
  program: 'pdfinfo' | 'pdftotext' | 'pdftoppm' | 'pdfimages',
  args: readonly string[],
  fd: number,
  { signal: called, onComplaint }: Attention = {},
): AsyncGenerator<Buffer> {
  const child = spawn(program, args, {
    stdio: [fd, 'pipe', 'pipe'],
    killSignal: 'SIGKILL',
    ...(called && { signal: called }),
  })
  let complaints = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    if (complaints.length >= 4096) return
    complaints += chunk.toString()
    onComplaint?.(chunk.toString())
  })
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  ended.catch(() => undefined) // told below; without a handler now, it would end the process
  if (child.stdout) yield* child.stdout
  const { code, signal } = await ended
  called?.throwIfAborted()
  if (signal) throw killed(signal)
  if (code !== 0) throw refusal(code, complaints)
}

/** Limits end the program by a signal; time is the usual attack on it. */
function killed(signal: string): AppError {
  const reason = signal === 'SIGXCPU' ? 'PARSER_TIMEOUT' : 'PARSER_DIED'
  const message = 'Reading this PDF took too long, or more than it may, and was stopped.'
  return new AppError('internal', message, { reason, cause: new Error(signal) })
}

function refusal(code: number | null, complaints: string): AppError {
  const cause = new Error(`exit ${code}: ${complaints.trim()}`)
  if (/incorrect password/i.test(complaints)) {
    const message = 'This PDF is protected by a password.'
    return new AppError('unsupported_type', message, { reason: 'PASSWORD_PROTECTED', cause })
  }
  const message = 'This PDF is damaged: it cannot be read.'
  return new AppError('unsupported_type', message, { reason: 'DAMAGED_FILE', cause })
}

/** All that a program writes, as one buffer. */
export async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}
