import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { failureOf } from './failure.ts'
import { type Talk, talk } from './talk.ts'
import { type ParserLimits, wrap } from './wrap.ts'

/** How parsers are started: for all files the same. */
export interface ChildOptions {
  /** A Node binary and the parser's entry file. The request becomes the last argument. */
  command: readonly string[]
  limits: ParserLimits
}

/** One run of a parser. */
export interface Run {
  /** Regular file that becomes the child's standard input. */
  fd: number
  request: Record<string, unknown>
  /** Longest answer, in bytes. */
  maxOutputBytes: number
  signal?: AbortSignal | undefined
  onProgress?: ((share: number) => void) | undefined
}

/** How a child ended, as far as one can see from outside. */
export interface Ending {
  exitCode: number | null
  signal: NodeJS.Signals | null
  stoppedBy?: 'wall' | 'output' | 'abort'
  stderr: string
}

/**
 * Runs one parser on one file and gives its answer. Whatever the parser does to itself, this
 * process goes on; when it returns, every process that the parser started is gone too.
 *
 * @throws AppError as the `Extractor` port says; the abort reason when `signal` aborts
 */
export async function runParser(options: ChildOptions, run: Run): Promise<Uint8Array> {
  run.signal?.throwIfAborted()
  const folder = await mkdtemp(join(tmpdir(), 'onefold-parse-'))
  try {
    const argv = [...wrap(options.command, options.limits), JSON.stringify(run.request)]
    const child = spawn(argv[0] ?? '', argv.slice(1), {
      cwd: folder,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', TMPDIR: folder, HOME: folder, LANG: 'C.UTF-8' },
      stdio: [run.fd, 'pipe', 'pipe', 'pipe'],
      // Its own process group: whatever the parser starts can be ended with it.
      detached: true,
    })
    return await attend(child, run, options.limits.wallMs)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Listens until the child has ended, or ends it. */
async function attend(child: ChildProcess, run: Run, wallMs: number): Promise<Uint8Array> {
  const said = talk(run.onProgress)
  const output: Buffer[] = []
  let size = 0
  const stop = endOnce(child)
  const abort = () => stop('abort')
  const clock = setTimeout(() => stop('wall'), wallMs)
  run.signal?.addEventListener('abort', abort)
  child.stdout?.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > run.maxOutputBytes) stop('output')
    else output.push(chunk)
  })
  child.stdio[3]?.on('data', (chunk: Buffer) => said.hear(chunk))
  try {
    const ending = await ended(child, stop)
    run.signal?.throwIfAborted()
    return answer(ending, said, output)
  } finally {
    clearTimeout(clock)
    run.signal?.removeEventListener('abort', abort)
  }
}

function answer(ending: Ending, said: Talk, output: Buffer[]): Uint8Array {
  if (said.isDone() && ending.exitCode === 0 && !ending.stoppedBy) return Buffer.concat(output)
  throw failureOf(ending, said.failure())
}

interface Stop {
  (why?: Ending['stoppedBy']): void
  why(): Ending['stoppedBy']
}

/** Ends the child's whole process group; the first reason given is kept. */
function endOnce(child: ChildProcess): Stop {
  let first: Ending['stoppedBy']
  const stop = (why?: Ending['stoppedBy']) => {
    first ??= why
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // ESRCH: the group has ended by itself, which is what is wanted.
    }
  }
  return Object.assign(stop, { why: () => first })
}

/** Resolves when the child and everything that held its pipes is gone. */
function ended(child: ChildProcess, stop: Stop): Promise<Ending> {
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    if (stderr.length < 8192) stderr += chunk.toString()
  })
  return new Promise((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new AppError('unavailable', 'The file reader could not be started.', { cause })),
    )
    child.once('exit', () => stop())
    child.once('close', (exitCode, signal) => {
      const why = stop.why()
      resolve({ exitCode, signal, stderr, ...(why && { stoppedBy: why }) })
    })
  })
}
