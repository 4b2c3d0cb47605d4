// B6: clients store, read and remove the same contents while the sweep runs every few seconds with no
// grace at all. Not one of them may be told anything wrong. `node gc-upload-soak.ts [seconds]`
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SweepResult } from '../../core/upkeep/sweep.ts'
import { type Api, apiOf, newPerson, newToken } from './api.ts'
import { type Audit, isWell, recoverAndAudit } from './audit.ts'
import { boxEnv, type KillableBox, startKillable } from './box.ts'
import { type Crew, crewOf } from './crew.ts'

export interface SoakOptions {
  seconds: number
  kind: 'whole' | 'small'
  clients: number
  sweepMs: number
  /** How long a client rests between two calls. */
  pauseMs: number
  /** Told now and then how far it is. */
  onProgress?: (line: string) => void
}

export interface SoakResult {
  events: number
  sweeps: number
  blobsDeleted: number
  errors: readonly string[]
  audit: Audit
}

const PROGRESS_MS = 60_000

export async function soak(options: SoakOptions): Promise<SoakResult> {
  const dataDir = await mkdtemp(join(tmpdir(), 'onefold-soak-'))
  const env = { ONEFOLD_WORKER_CONCURRENCY: '1', SWEEP_MS: String(options.sweepMs) }
  const box = startKillable({ dataDir, kind: options.kind, env })
  const crew = crewOf({ clients: options.clients, contents: 60, seed: 6, pauseMs: options.pauseMs })
  try {
    const sweeps = await work({ box, crew, dataDir }, options)
    await box.stop()
    const audit = await recoverAndAudit(dataDir, crew.stored)
    const { uploads, reads, deletes, unanswered } = crew.figures
    const unheard = unanswered > 0 ? [`${unanswered} calls were not answered`] : []
    return {
      events: uploads + reads + deletes,
      ...sweeps,
      errors: [...crew.errors, ...unheard],
      audit,
    }
  } finally {
    await box.killAll()
    await rm(dataDir, { recursive: true, force: true })
  }
}

interface Stage {
  box: KillableBox
  crew: Crew
  dataDir: string
}

async function work({ box, crew, dataDir }: Stage, options: SoakOptions) {
  const url = await box.ready
  const apis = await everybody(url, options.clients)
  const swept = { sweeps: 0, blobsDeleted: 0 }
  const env = boxEnv({ dataDir, env: { SWEEP_MS: String(options.sweepMs) } })
  const sweeper = startSweeper(env, (result) => {
    swept.sweeps++
    swept.blobsDeleted += result.blobsReaped
  })
  const told = setInterval(
    () =>
      options.onProgress?.(
        JSON.stringify({ ...crew.figures, ...swept, errors: crew.errors.length }),
      ),
    PROGRESS_MS,
  )
  try {
    await crew.work(apis, AbortSignal.timeout(options.seconds * 1_000))
    return swept
  } finally {
    clearInterval(told)
    await ended(sweeper)
  }
}

/** Half of them see all that others store, and need not send it; the others see their own only. */
async function everybody(url: string, clients: number): Promise<Api[]> {
  const admin = apiOf(url, await newToken(url, 'admin'))
  const apis: Api[] = []
  for (let index = 0; index < clients; index++) {
    apis.push(index % 2 === 0 ? admin : await newPerson(url, admin, `person${index}`))
  }
  return apis
}

function startSweeper(
  env: Record<string, string>,
  onSwept: (result: SweepResult) => void,
): ChildProcess {
  const path = join(import.meta.dirname, 'sweeper.ts')
  const child = spawn(process.execPath, [path], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{"uploadsExpired"')) onSwept(JSON.parse(line) as SweepResult)
  })
  return child
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM')
    await Promise.race([once(child, 'exit'), sleep(10_000)])
    child.kill('SIGKILL')
  }
}

if (import.meta.main) {
  const seconds = Number(process.argv[2] ?? 3_600)
  const result = await soak({
    seconds,
    kind: 'whole',
    clients: 6,
    sweepMs: 10_000,
    pauseMs: 100,
    onProgress: console.log,
  })
  console.log(
    JSON.stringify({ seconds, ...result, errors: result.errors.slice(0, 20) }, undefined, 2),
  )
  console.log(`${result.errors.length} client-visible errors`)
  if (result.errors.length > 0 || !isWell(result.audit)) process.exitCode = 1
}
