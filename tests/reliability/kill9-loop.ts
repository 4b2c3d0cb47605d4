// B1: the box is killed at random moments while clients store, read and remove, files come by a share,
// and the sweep runs without grace. After each kill nothing that was acknowledged is gone, and nothing
// is left over. `node kill9-loop.ts [processes to kill] [seed]`
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { apiOf, newToken } from './api.ts'
import { type Audit, isWell, recoverAndAudit } from './audit.ts'
import { boxEnv, type KillableBox, startKillable } from './box.ts'
import { seeded, sha256 } from './contents.ts'
import { type Crew, crewOf } from './crew.ts'
import { type ShareState, type ShareWriter, shareState, shareWriter } from './share-writer.ts'

export interface KillOptions {
  kind: 'whole' | 'small'
  /** Processes to be killed at least; a round ends with a kill of all there are. */
  kills: number
  /** Longest work of a round, in milliseconds. */
  workMs: number
  seed: number
  onProgress?: (line: string) => void
}

export interface KillResult {
  rounds: number
  /** Processes that were ended by SIGKILL. */
  kills: number
  events: number
  unanswered: number
  shareFiles: number
  /** Audits that found anything wrong, of those after each round. */
  bad: { round: number; audit: Audit }[]
  errors: string[]
  last: Audit
}

interface Run {
  options: KillOptions
  dataDir: string
  random: () => number
  crew: Crew
  share: ShareWriter
  kills: number
  token?: string
}

const DEADLINE_MS = 180_000

export async function killLoop(options: KillOptions): Promise<KillResult> {
  const { kind, kills, seed } = options
  const dataDir = await mkdtemp(join(tmpdir(), 'onefold-kill-'))
  const run: Run = {
    options,
    dataDir,
    random: seeded(seed),
    crew: crewOf({ clients: 5, contents: 40, seed }),
    share: shareWriter(join(dataDir, 'shares', 'inbox')),
    kills: 0,
  }
  const start = () => startKillable({ dataDir, kind, waits: kind === 'small' })
  const bad: KillResult['bad'] = []
  let box = start()
  try {
    let rounds = 0
    // On a machine so busy that nothing is answered before the kill, it goes on for twice as long.
    while (run.kills < kills || (eventsOf(run.crew) < kills && run.kills < 2 * kills)) {
      const round = ++rounds
      // The next one loads meanwhile, where it can.
      const next = kind === 'small' ? start() : undefined
      await workAndKill(run, box)
      const audit = await recoverAndAudit(dataDir, run.crew.stored)
      if (!isWell(audit)) bad.push({ round, audit })
      options.onProgress?.(
        JSON.stringify({ round, kills: run.kills, ...run.crew.figures, ...audit }),
      )
      box = next ?? start()
    }
    const { last, errors } = await lookAtAll(run, box)
    const [events, { unanswered }] = [eventsOf(run.crew), run.crew.figures]
    const shareFiles = run.share.files.size
    return { rounds, kills: run.kills, events, unanswered, shareFiles, bad, errors, last }
  } finally {
    await box.killAll()
    await rm(dataDir, { recursive: true, force: true })
  }
}

const eventsOf = ({ figures }: Crew): number => figures.uploads + figures.reads + figures.deletes

/** One round: a start, work, and the end of all processes at a moment that chance decides. */
async function workAndKill(run: Run, box: KillableBox): Promise<void> {
  const { random, options, crew } = run
  box.go()
  const url = await readyOrEarly(run, box)
  const stop = new AbortController()
  const work = url === undefined ? undefined : crew.work([apiOf(url, run.token ?? '')], stop.signal)
  const sweeper = work && options.kind === 'whole' ? startSweeper(run.dataDir) : undefined
  if (work) await run.share.drop(3)
  const ends = performance.now() + random() * options.workMs
  if (work) await killSome(run, box, ends)
  await sleep(Math.max(0, ends - performance.now()))
  run.kills += Object.keys(box.pids()).length + (sweeper ? 1 : 0)
  sweeper?.kill('SIGKILL')
  await box.killAll()
  stop.abort()
  await work
}

/** The address, or undefined when its end comes while it starts. The first start is left in peace. */
async function readyOrEarly(run: Run, box: KillableBox): Promise<string | undefined> {
  const { random } = run
  if (run.token !== undefined && random() < 0.2) {
    await Promise.race([box.ready, sleep(random() * 2_000)])
    return undefined
  }
  const url = await box.ready
  run.token ??= await newToken(url, 'admin')
  return url
}

/** Now and then one process alone dies first, which its supervisor starts again. */
async function killSome({ random, ...run }: Run, box: KillableBox, ends: number): Promise<void> {
  if (run.options.kind === 'small' || random() < 0.5) return
  await sleep(Math.max(0, ends - performance.now()) * random() * 0.5)
  const door = ['server', 'server', 'worker', 'watcher'][Math.floor(random() * 4)] ?? 'server'
  if (box.kill(door)) run.kills++
}

function startSweeper(dataDir: string): ChildProcess {
  const env = boxEnv({ dataDir, env: { SWEEP_MS: '300' } })
  const path = join(import.meta.dirname, 'sweeper.ts')
  return spawn(process.execPath, [path], { env, stdio: 'ignore' })
}

/** A last start in peace: every file of the share is there once, every pointer reads back. */
async function lookAtAll(run: Run, box: KillableBox): Promise<{ last: Audit; errors: string[] }> {
  const { crew, share, dataDir } = run
  box.go()
  const api = apiOf(await box.ready, run.token ?? '')
  const errors = [...crew.errors]
  const state = await shareTaken(run)
  if (state.missing.length > 0) errors.push(`not taken from the share: ${state.missing.join(', ')}`)
  if (state.surplus !== 0) errors.push(`${state.surplus} documents or versions too many`)
  const promised = new Map([...crew.stored, ...state.documents])
  for (const [id, digest] of promised) {
    if (sha256(await api.read(id)) !== digest) errors.push(`document ${id} reads as other bytes`)
  }
  await box.killAll()
  if (share.files.size === 0) errors.push('nothing came by the share')
  return { last: await recoverAndAudit(dataDir, promised), errors }
}

async function shareTaken({ dataDir, share }: Run): Promise<ShareState> {
  for (const ends = performance.now() + DEADLINE_MS; ; await sleep(200)) {
    const state = shareState(dataDir, share.files)
    if (state.missing.length === 0 || performance.now() > ends) return state
  }
}

if (import.meta.main) {
  const [kills = 300, seed = 1] = process.argv.slice(2).map(Number)
  const result = await killLoop({
    kind: 'whole',
    kills,
    workMs: 4_000,
    seed,
    onProgress: console.log,
  })
  console.log(JSON.stringify(result, undefined, 2))
  if (result.bad.length + result.errors.length > 0 || !isWell(result.last)) process.exitCode = 1
}
