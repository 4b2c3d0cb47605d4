import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { AppError } from '../../core/errors.ts'
import type { ModelMeter } from '../../core/ports/models.ts'
import { memoryOfTree } from './process-memory.ts'

const LOOK_MS = 50
/** A model that says nothing for so long is too large for this machine. */
const LONGEST_MS = 10 * 60_000

/**
 * Measures in a process of its own, so that its memory can be told and a model that kills it kills
 * nothing else.
 *
 * @param command a program that takes kind and name of a model and answers `{"perSecond": n}`
 */
export const childModelMeter = (
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): ModelMeter => ({
  async measure({ kind, name }, signal) {
    signal.throwIfAborted()
    const [program = '', ...args] = command
    const child = spawn(program, [...args, kind, name], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      detached: true,
    })
    const { stdout, stderr } = child
    const end = () => endGroup(child)
    const clock = setTimeout(end, LONGEST_MS)
    signal.addEventListener('abort', end)
    let memoryBytes = 0
    const looks = setInterval(() => {
      memoryBytes = Math.max(memoryBytes, memoryOfTree(child.pid ?? 0))
    }, LOOK_MS)
    try {
      const [answer, words, [code]] = await Promise.all([
        text(stdout),
        text(stderr),
        once(child, 'exit') as Promise<[number | null]>,
      ])
      signal.throwIfAborted()
      if (code !== 0) throw cannotRun(name, words)
      const { perSecond } = JSON.parse(answer) as { perSecond: number }
      return { memoryBytes, perSecond }
    } finally {
      clearInterval(looks)
      clearTimeout(clock)
      signal.removeEventListener('abort', end)
      end()
    }
  },
})

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // ESRCH: it has ended by itself, which is what is wanted.
  }
}

const cannotRun = (name: string, words: string) =>
  new AppError('unavailable', `${name} cannot be run on this machine.`, {
    reason: 'MODEL_FAILED',
    cause: new Error(words.slice(-2_000)),
  })
