import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { killGroup } from './supervisor.ts'

/** Tests of one suite by how they ended. A check of the source counts as one test. */
export interface Counts {
  passed: number
  failed: number
  skipped: number
  /** Names of tests that failed first and passed when they were tried again; counted as passed. */
  unsteady?: readonly string[]
}

export interface Suite {
  name: string
  /** Arguments for this Node; the first is relative to the root of the repository. */
  args: readonly string[]
  env?: Readonly<Record<string, string>>
  /** Runs while others do: what it says is kept for the outcome. */
  isAside?: boolean
  /** Why it cannot run on this machine; undefined when it can. */
  obstacle?(): string | undefined
  /** Counts by the report that the run wrote; without it, the run as a whole is one test. */
  report?: { path: string; read(text: string): Counts }
}

export interface Outcome extends Counts {
  name: string
  tookMs: number
  /** Of one that ran aside. */
  said?: string
  /** Why it was not run. */
  obstacle?: string
}

const ROOT = join(import.meta.dirname, '..')
/** A suite that takes longer hangs. */
const LIMIT_MS = 25 * 60_000

/** Runs a suite with its output to the terminal; nothing that it started outlives it. */
export async function runSuite(suite: Suite, signal: AbortSignal): Promise<Outcome> {
  const { name } = suite
  const obstacle = suite.obstacle?.()
  if (obstacle) return { name, passed: 0, failed: 0, skipped: 1, tookMs: 0, obstacle }
  const startedAt = performance.now()
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)])
  const said: string[] = []
  const isGood = await runNode(suite, limit, said)
  const counts = countsOf(suite, isGood)
  return { name, ...counts, tookMs: performance.now() - startedAt, said: said.join('') }
}

function runNode(
  { args, env, isAside }: Suite,
  signal: AbortSignal,
  said: string[],
): Promise<boolean> {
  const output = isAside ? 'pipe' : 'inherit'
  const [program = '', ...rest] = args
  const child = spawn(process.execPath, [resolve(ROOT, program), ...rest], {
    cwd: ROOT,
    stdio: ['ignore', output, output],
    env: { ...ownEnvironment(), ...env },
    // A group of its own, so that all of it can be ended.
    detached: true,
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  }
  return ended(child, signal)
}

function ended(child: ChildProcess, signal: AbortSignal): Promise<boolean> {
  const kill = () => killGroup(child)
  signal.addEventListener('abort', kill, { once: true })
  return new Promise((done, reject) => {
    child.once('error', reject)
    // What it left behind would hold its pipes open.
    child.once('exit', kill)
    child.once('close', (code) => {
      signal.removeEventListener('abort', kill)
      done(code === 0)
    })
  })
}

/**
 * Tests are not to depend on how the product is configured for whoever runs them; which further
 * programs they may use stays. What one process has compiled, the hundreds after it need not.
 */
function ownEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^ONEFOLD_(?!TEST_)/.test(name))
  const path = [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter)
  const compiled = { NODE_COMPILE_CACHE: join(tmpdir(), 'onefold-compiled') }
  return { ...compiled, ...Object.fromEntries(inherited), PATH: path }
}

/** A run that failed without a failed test, as when a file could not be loaded, is a failed test. */
function countsOf({ report }: Suite, isGood: boolean): Counts {
  const whole = { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, skipped: 0 }
  if (!report || !existsSync(report.path)) return whole
  const counts = report.read(readFileSync(report.path, 'utf8'))
  return isGood || counts.failed > 0 ? counts : { ...counts, failed: 1 }
}
