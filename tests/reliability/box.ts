import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { COMPILED } from '../compiled.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const ENTRY = {
  /** Server, worker and watcher under their supervisor, as people start them. */
  whole: [join(ROOT, 'scripts', 'onefold.ts'), 'all', '--json'],
  /** The ways in and the sweep in one process, which starts in a second. */
  small: [join(import.meta.dirname, 'small-box.ts')],
}

export const PASSWORD = 'reliability-password'

export interface BoxOptions {
  dataDir: string
  kind: keyof typeof ENTRY
  /** Options of the product, over those that make a box for these proofs. */
  env?: Record<string, string>
  /** A program with its arguments that is to run Node. */
  under?: readonly string[]
  /** Arguments for Node itself. */
  execArgv?: readonly string[]
  /** A small box may load beside another one, and touch nothing before `go`. */
  waits?: boolean
}

/** A box that may be killed at any moment, also while it starts. */
export interface KillableBox {
  /** Its address, once it is ready. Rejects when it ends before. */
  ready: Promise<string>
  lines: readonly string[]
  /** Lets a box begin that was told to wait. */
  go(): void
  /** Process ids by name; the supervisor, or the only process, is `box`. */
  pids(): Record<string, number>
  /** SIGKILL to one process by name. False when there is none of it now. */
  kill(name: string): boolean
  /** SIGKILL to all processes at once; resolves when they are gone. */
  killAll(): Promise<void>
  /** Ends it in good order. */
  stop(): Promise<void>
}

/** The environment of a box for these proofs. */
export const boxEnv = ({ dataDir, env }: Pick<BoxOptions, 'dataDir' | 'env'>) => ({
  PATH: process.env.PATH ?? '',
  ONEFOLD_DATA_DIR: dataDir,
  ONEFOLD_PORT: '0',
  ONEFOLD_ADMIN_PASSWORD: PASSWORD,
  ONEFOLD_SETTLE_MS: '100',
  ONEFOLD_SCAN_INTERVAL_MS: '1000',
  ONEFOLD_UPLOAD_PART_BYTES: '65536',
  ONEFOLD_DISK_RESERVE_BYTES: '0',
  ONEFOLD_LOG_LEVEL: 'warn',
  NODE_COMPILE_CACHE: COMPILED,
  ...env,
})

export function startKillable(options: BoxOptions): KillableBox {
  const { under = [], execArgv = [], kind } = options
  const [program = '', ...args] = [...under, process.execPath, ...execArgv, ...ENTRY[kind]]
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...boxEnv(options), ...(options.waits && { WAIT_FOR_GO: '1' }) },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  child.stdin.on('error', () => {}) // It was killed before it could read.
  const lines: string[] = []
  const ready = readyUrl(child, lines)
  ready.catch(() => {}) // Whoever kills it while it starts asks for no address.
  const pids = () => processesOf(child)
  return {
    ready,
    lines,
    go: () => void child.stdin.write('go\n'),
    pids,
    kill(name) {
      const pid = pids()[name]
      return pid !== undefined && killGroup(pid)
    },
    async killAll() {
      const all = Object.values(pids())
      for (const pid of all.toReversed()) killGroup(pid)
      await gone(all)
    },
    async stop() {
      const all = Object.values(pids())
      child.kill('SIGTERM')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      for (const pid of all) killGroup(pid)
    },
  }
}

function readyUrl(child: ChildProcess, lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line)
        const url = /^\{"ready":"(http[^"]+)"/.exec(line)?.[1]
        if (url) resolve(url)
      })
    }
    child.once('exit', (code, signal) =>
      reject(new Error(`the box ended (${signal ?? code})\n${lines.slice(-20).join('\n')}`)),
    )
  })
}

/** The process and its children, by the door they run. */
function processesOf(child: ChildProcess): Record<string, number> {
  const { pid } = child
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return {}
  const named: Record<string, number> = { box: pid }
  for (const each of read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean)) {
    const name = /onefold\.ts\0(server|worker|watcher)/.exec(read(`/proc/${each}/cmdline`))?.[1]
    named[name ?? `child ${each}`] = Number(each)
  }
  return named
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // It has ended meanwhile.
  }
}

/** With all that it started itself, such as parsers: each of our processes leads a group. */
function killGroup(pid: number): boolean {
  try {
    process.kill(-pid, 'SIGKILL')
    return true
  } catch {
    return false
  }
}

async function gone(pids: readonly number[]): Promise<void> {
  const isThere = (pid: number) => existsSync(`/proc/${pid}`) && !isZombie(pid)
  while (pids.some(isThere)) await sleep(5)
}

const isZombie = (pid: number) => /^State:\s+Z/m.test(read(`/proc/${pid}/status`))
