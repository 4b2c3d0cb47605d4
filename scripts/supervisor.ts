import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { hasSystemCode } from '../core/errors.ts'

/** A process to keep running. It gets an IPC channel, and should end when that closes. */
export interface ChildSpec {
  name: string
  /** Arguments for this Node. */
  args: readonly string[]
  env?: Readonly<Record<string, string>>
}

export interface SuperviseOptions {
  /** Takes every line a child writes, without its line end. */
  onLine(name: string, line: string): void
  onStart?(name: string, pid: number): void
  onDeath?(name: string, cause: string, restartInMs: number): void
  /** Told before `onDeath`, when a child ended by itself with this code. */
  onExit?(name: string, code: number): void
  /** Pause before the first restart; each further one waits twice as long. */
  minDelayMs?: number
  maxDelayMs?: number
  /** A child that lived this long starts again at the shortest pause. */
  healthyMs?: number
  /** Time that all children together get to stop before they are killed. */
  stopMs?: number
}

export interface Supervised {
  /** Stops the children one after the other, last started first. Resolves when all are gone. */
  stop(): Promise<void>
  /** Has every child end in good order and start again, with what its specification says then. */
  restart(): void
}

interface Keeper {
  name: string
  /** Undefined between a death and the restart. */
  child: ChildProcess | undefined
  failures: number
  timer: NodeJS.Timeout | undefined
}

/**
 * Starts the children in order and keeps each alive: one that ends, however it ends, is started
 * again after a pause that doubles from `minDelayMs` to `maxDelayMs`.
 */
export function supervise(specs: readonly ChildSpec[], options: SuperviseOptions): Supervised {
  const { minDelayMs = 250, maxDelayMs = 30_000, healthyMs = 60_000, stopMs = 25_000 } = options
  let isStopping = false

  const keep = (spec: ChildSpec): Keeper => {
    const keeper: Keeper = { name: spec.name, child: undefined, failures: 0, timer: undefined }
    const start = () => {
      const startedAt = performance.now()
      const child = startChild(spec, options)
      keeper.child = child
      onceGone(child, (cause) => {
        keeper.child = undefined
        if (isStopping) return
        if (child.exitCode !== null) options.onExit?.(spec.name, child.exitCode)
        if (performance.now() - startedAt >= healthyMs) keeper.failures = 0
        const delayMs = Math.min(maxDelayMs, minDelayMs * 2 ** keeper.failures++)
        options.onDeath?.(spec.name, cause, delayMs)
        keeper.timer = setTimeout(start, delayMs)
      })
    }
    start()
    return keeper
  }
  const keepers = specs.map(keep)

  return {
    restart() {
      for (const { child } of keepers) child?.kill('SIGTERM')
    },
    async stop() {
      isStopping = true
      for (const keeper of keepers) clearTimeout(keeper.timer)

      const deadline = setTimeout(() => {
        for (const keeper of keepers) killGroup(keeper.child)
      }, stopMs)
      for (const keeper of keepers.toReversed()) await stopOne(keeper)
      clearTimeout(deadline)
    },
  }
}

function startChild(spec: ChildSpec, options: SuperviseOptions): ChildProcess {
  const child = spawn(process.execPath, [...spec.args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...spec.env },
    // A group of its own: Ctrl-C in a terminal would reach all at once, and the order is ours to keep.
    detached: true,
  })
  for (const stream of [child.stdout, child.stderr]) {
    if (stream)
      createInterface({ input: stream }).on('line', (line) => options.onLine(spec.name, line))
  }
  if (child.pid !== undefined) options.onStart?.(spec.name, child.pid)
  return child
}

/** Calls back once with the reason in words, also for a child that could not be started at all. */
function onceGone(child: ChildProcess, callback: (cause: string) => void): void {
  if (child.pid === undefined) {
    child.once('error', (error) => callback(error.message))
    return
  }
  child.once('exit', (code, signal) => {
    // What the child had started itself, such as a parser, must not outlive it.
    killGroup(child)
    callback(signal ? `signal ${signal}` : `exit code ${code}`)
  })
}

async function stopOne({ child }: Keeper): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const { promise, resolve } = Promise.withResolvers<void>()
  onceGone(child, () => resolve())
  child.kill('SIGTERM')
  await promise
}

/** Kills a detached child and all it has started that is still in its process group. */
export function killGroup(child: ChildProcess | undefined): void {
  if (child?.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if (!hasSystemCode(error, 'ESRCH')) throw error
  }
}
