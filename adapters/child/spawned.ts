import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { Writable } from 'node:stream'
import { AppError } from '../../core/errors.ts'
import { endMarked } from './orphans.ts'
import { type Ears, type End, MAX_STDERR } from './sandbox.ts'

/** A program to start, and what its descriptors are; 1 to 3 are listened to. */
export interface Program {
  argv: readonly string[]
  cwd: string
  env: Record<string, string>
  /** Descriptors 0 and 4: one to pass on, or none. */
  input: number | 'ignore'
  extra?: number
  /** What it reads from descriptor 5, where `extra` is 4. */
  told?: Uint8Array
  /** Part of its environment, by which what leaves its process group is found and ended with it. */
  mark?: string
}

/**
 * How long pipes are listened to after the program's end: a process that it left behind may hold them
 * for ever. Within walls the kernel ends all of them, which on a busy machine takes a while.
 */
const LAST_WORDS_MS = 5_000

/** Runs a program in a process group of its own until it, and what it started, is gone. */
export function runProgram(program: Program, ears: Ears, stop: AbortSignal): Promise<End> {
  const [name = '', ...args] = program.argv
  const child = spawn(name, args, spawnOptions(program))
  const end = () => endGroup(child)
  stop.addEventListener('abort', end)
  if (stop.aborted) end()
  child.stdout?.on('data', (chunk: Buffer) => ears.answer(chunk))
  child.stdio[3]?.on('data', (chunk: Buffer) => ears.talk(chunk))
  if (program.told) tell(child, program.told)
  return ended(child, program.mark).finally(() => stop.removeEventListener('abort', end))
}

const PIPE = ['pipe'] as const

const spawnOptions = ({ cwd, env, input, extra, told }: Program): SpawnOptions => ({
  cwd,
  env,
  stdio: [
    input,
    'pipe',
    'pipe',
    'pipe',
    ...(extra === undefined ? [] : [extra]),
    ...(told ? PIPE : []),
  ],
  // Its own process group: whatever the parser starts can be ended with it.
  detached: true,
})

function tell(child: ChildProcess, bytes: Uint8Array): void {
  const pipe = child.stdio.at(5)
  if (!(pipe instanceof Writable)) return
  // One that ends before it has read them says itself why.
  pipe.on('error', () => {})
  pipe.end(bytes)
}

function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // ESRCH: the group has ended by itself, which is what is wanted.
  }
}

/** Resolves when the child and what held its pipes is gone, or what is left of that is not heard. */
async function ended(child: ChildProcess, mark: string | undefined): Promise<End> {
  let stderr = ''
  let clock: NodeJS.Timeout | undefined
  let swept = Promise.resolve()
  child.stderr?.on('data', (chunk: Buffer) => {
    if (stderr.length < MAX_STDERR) stderr += chunk.toString()
  })
  const end = await new Promise<End>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new AppError('unavailable', 'The file reader could not be started.', { cause })),
    )
    child.once('exit', () => {
      endGroup(child)
      if (mark !== undefined) swept = endMarked(mark)
      clock = setTimeout(() => hangUp(child), LAST_WORDS_MS)
    })
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, stderr }))
  }).finally(() => clearTimeout(clock))
  await swept
  return end
}

function hangUp(child: ChildProcess): void {
  for (const pipe of child.stdio) pipe?.destroy()
}
