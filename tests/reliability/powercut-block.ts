// B2: power cuts below the file system. The box works on ext4 on a disk that loses a random part of
// what was not flushed. As root: `node powercut-block.ts [rounds] [rounds of each control] [seed]`
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { apiOf, newToken } from './api.ts'
import { type Audit, isWell, recoverAndAudit } from './audit.ts'
import { startKillable } from './box.ts'
import { seeded } from './contents.ts'
import { type Crew, crewOf } from './crew.ts'
import { makeImage, mountDisk, NEEDED } from './powercut/mounted-disk.ts'

export interface CutOptions {
  /** The product as it is, or weakened: a control that must fail. */
  box: 'as it is' | 'normal' | 'no-sync'
  rounds: number
  seed: number
  onProgress?: (line: string) => void
}

export interface CutResult {
  rounds: number
  events: number
  /** Pieces that were not flushed when the power went, and those that were written in spite of that. */
  pending: number
  kept: number
  /** Rounds after which an audit found anything wrong. */
  bad: number
  /** Acknowledged pointers that were gone, a sum over the rounds. */
  acksLost: number
  /** Contents that were gone or not whole, a sum over the rounds. */
  contentsLost: number
  /** What clients were told wrong before the power went. */
  errors: string[]
}

const WORK_MS = 2_500

export async function powerCuts(options: CutOptions): Promise<CutResult> {
  const work = await mkdtemp(join(tmpdir(), 'onefold-cut-'))
  const image = join(work, 'image')
  const random = seeded(options.seed)
  const crew = crewOf({ clients: 5, contents: 40, seed: options.seed })
  const result: CutResult = {
    rounds: 0,
    events: 0,
    pending: 0,
    kept: 0,
    bad: 0,
    acksLost: 0,
    contentsLost: 0,
    errors: [],
  }
  const run: Run = { options, image, work, random, crew, result }
  try {
    await makeImage(image, '256M')
    for (let round = 1; round <= options.rounds; round++) {
      await workAndCut(run, round)
      const audit = await auditAfter(run)
      result.rounds++
      result.acksLost += audit.acksLost
      result.contentsLost += audit.lost + audit.corrupt
      if (!isWell(audit)) result.bad++
      const { uploads, reads, deletes } = crew.figures
      result.events = uploads + reads + deletes
      options.onProgress?.(JSON.stringify({ ...result, errors: result.errors.length, audit }))
    }
    return result
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

interface Run {
  options: CutOptions
  image: string
  work: string
  random: () => number
  crew: Crew
  result: CutResult
}

async function workAndCut(run: Run, round: number): Promise<void> {
  const { options, random, crew, result } = run
  const disk = await mountDisk(run.image, run.work)
  const weakened = options.box !== 'as it is'
  const box = startKillable({
    dataDir: join(disk.folder, 'data'),
    kind: 'small',
    env: { WEAKEN: options.box },
    ...(weakened && { execArgv: ['--import', join(import.meta.dirname, 'powercut', 'weaken.ts')] }),
  })
  try {
    const url = await box.ready
    // A control may have lost the one of the round before.
    const api = apiOf(url, await newToken(url, 'admin'))
    const stop = new AbortController()
    const before = crew.errors.length
    const working = crew.work([api], stop.signal)
    await sleep(500 + random() * WORK_MS)
    result.errors.push(...crew.errors.slice(before))
    const cut = await disk.cut(options.seed * 1_000 + round)
    result.pending += cut.pending
    result.kept += cut.kept
    // Whoever is told now that something is stored, is told wrong.
    await sleep(300)
    await box.killAll()
    stop.abort()
    await working
  } finally {
    await box.killAll()
    await disk.unmount()
  }
}

async function auditAfter(run: Run): Promise<Audit> {
  const disk = await mountDisk(run.image, run.work)
  try {
    return await recoverAndAudit(join(disk.folder, 'data'), run.crew.stored)
  } finally {
    await disk.unmount()
  }
}

function missing(): string[] {
  const programs = NEEDED.filter((program) => spawnSync('which', [program]).status !== 0)
  return [...programs, ...(process.getuid?.() === 0 ? [] : ['the rights of root'])]
}

if (import.meta.main) {
  const [rounds = 40, controls = 8, seed = 1] = process.argv.slice(2).map(Number)
  const absent = missing()
  if (absent.length > 0) {
    console.error(`Needs ${absent.join(', ')} (Debian: libnbd-bin fuse3 e2fsprogs).`)
    process.exit(2)
  }
  const onProgress = console.log
  const ours = await powerCuts({ box: 'as it is', rounds, seed, onProgress })
  const normal = await powerCuts({ box: 'normal', rounds: controls, seed, onProgress })
  const noSync = await powerCuts({ box: 'no-sync', rounds: controls, seed, onProgress })
  console.log(JSON.stringify({ ours, normal, noSync }, undefined, 2))
  const controlsFail = controls === 0 || (normal.acksLost > 0 && noSync.bad > 0)
  if (ours.bad + ours.errors.length > 0 || !controlsFail) process.exitCode = 1
}
