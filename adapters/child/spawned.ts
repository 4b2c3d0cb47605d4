import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { AppError } from '../../core/errors.ts'
import { type Ears, type End, MAX_STDERR } from './sandbox.ts'

/** A program to start, and what its descriptors are; 1 to 3 are listened to. */
export interface Program {
  argv: readonly string[]
  cwd: string
  env: Record<string, string>
  /** Descriptors 0 and 4: one to pass on, or none. */
  input: number | 'ignore'
  extra?: number
}

/** Runs a program in a process group of its own until it, and all that held its pipes, is gone. */
export function runProgram(program: Program, ears: Ears, stop: AbortSignal): Promise<End> {
  const [name = '', ...args] = program.argv
  const child = spawn(name, args, spawnOptions(program))
  const end = () => endGroup(child)
  stop.addEventListener('abort', end)
  if (stop.aborted) end()
  child.stdout?.on('data', (chunk: Buffer) => ears.answer(chunk))
  child.stdio[3]?.on('data', (chunk: Buffer) => ears.talk(chunk))
  return ended(child).finally(() => stop.removeEventListener('abort', end))
}

const spawnOptions = ({ cwd, env, input, extra }: Program): SpawnOptions => ({
  cwd,
  env,
  stdio: [input, 'pipe', 'pipe', 'pipe', ...(extra === undefined ? [] : [extra])],
  // Its own process group: whatever the parser starts can be ended with it.
  detached: true,
})

function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // ESRCH: the group has ended by itself, which is what is wanted.
  }
}

/** Resolves when the child and everything that held its pipes is gone. */
function ended(child: ChildProcess): Promise<End> {
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    if (stderr.length < MAX_STDERR) stderr += chunk.toString()
  })
  return new Promise((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new AppError('unavailable', 'The file reader could not be started.', { cause })),
    )
    child.once('exit', () => endGroup(child))
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, stderr }))
  })
}
