import { defaultSandbox } from './choose.ts'
import { type Ending, failureOf } from './failure.ts'
import { type ParserLimits, wholeLimits } from './limits.ts'
import type { Sandbox, Task } from './sandbox.ts'
import { type Listeners, type Talk, talk } from './talk.ts'

/** How parsers are started: for all files the same. */
export interface ChildOptions {
  /** A Node binary and the parser's entry file. The request becomes the last argument. */
  command: readonly string[]
  limits: ParserLimits
  /** The walls around every run; the first that work on this machine unless said. */
  sandbox?: () => Promise<Sandbox>
}

/** One run of a parser. */
export interface Run extends Listeners {
  /** Regular file that becomes the child's standard input. */
  fd: number
  request: Record<string, unknown>
  /** Longest answer, in bytes. */
  maxOutputBytes: number
  signal?: AbortSignal | undefined
  /** Folders, by their absolute paths, that the parser may read beside the file: of models. */
  readOnly?: readonly string[] | undefined
  /** Where this run may use more, or less, than others. */
  limits?: Partial<ParserLimits> | undefined
}

/**
 * Runs one parser on one file and gives its answer. Whatever the parser does to itself, this
 * process goes on; when it returns, every process that the parser started is gone too.
 *
 * @throws AppError as the `Extractor` port says; `unavailable` (reason `NO_SANDBOX`) where no walls
 *   work; the abort reason when `signal` aborts
 */
export async function runParser(options: ChildOptions, run: Run): Promise<Uint8Array> {
  run.signal?.throwIfAborted()
  const { command, sandbox = () => defaultSandbox(command) } = options
  const walls = await sandbox()
  const task: Task = {
    command,
    request: JSON.stringify(run.request),
    fd: run.fd,
    readOnly: run.readOnly ?? [],
    limits: wholeLimits({ ...options.limits, ...run.limits }),
    maxOutputBytes: run.maxOutputBytes,
  }
  return attend(walls, task, run)
}

/** Listens until the child has ended, or ends it. */
async function attend(walls: Sandbox, task: Task, run: Run): Promise<Uint8Array> {
  const said = talk(run)
  const output: Uint8Array[] = []
  let size = 0
  const stop = new AbortController()
  const end = (why: Ending['stoppedBy']) => stop.abort(why)
  const abort = () => end('abort')
  const clock = setTimeout(() => end('wall'), task.limits.wallMs)
  run.signal?.addEventListener('abort', abort)
  const ears = {
    answer(chunk: Uint8Array) {
      size += chunk.byteLength
      if (size > task.maxOutputBytes) end('output')
      else output.push(chunk)
    },
    talk(chunk: Uint8Array) {
      if (!said.hear(chunk)) end('output')
    },
  }
  try {
    const ended = await walls.run(task, ears, stop.signal)
    run.signal?.throwIfAborted()
    const stoppedBy: Ending['stoppedBy'] = stop.signal.reason
    return answer({ ...ended, ...(stoppedBy && { stoppedBy }) }, said, output)
  } finally {
    clearTimeout(clock)
    run.signal?.removeEventListener('abort', abort)
  }
}

function answer(ending: Ending, said: Talk, output: Uint8Array[]): Uint8Array {
  if (said.isDone() && ending.exitCode === 0 && !ending.stoppedBy) return Buffer.concat(output)
  throw failureOf(ending, said)
}
