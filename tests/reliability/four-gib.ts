// M10: the whole box with all its readers in 4 GiB of memory, counted by the kernel, while it is fed
// hostile files among real ones. Asked all the time: is it there, and how quickly does it answer.
// As root, for the group of processes.
//   four-gib [MiB] [copies of each real file]
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeHostileFiles } from '../hostile/make.ts'
import { type Api, apiOf, newToken } from './api.ts'
import { type KillableBox, startKillable } from './box.ts'

const FIXTURES = join(import.meta.dirname, '..', 'fixtures')
const MIB = 1024 * 1024
/** So many questions tell how it answers when it has nothing else to do. */
const IDLE_QUESTIONS = 200
const PAUSE_MS = 50
const DEADLINE_MS = 40 * 60_000

interface Result {
  files: number
  minutes: number
  /** Process of the server at the end is the one of the start, and nobody started it again. */
  restarts: number
  /** Questions that were not answered well. */
  unanswered: number
  idleP95Ms: number
  busyP95Ms: number
  busySlowestMs: number
  peakMiB: number
  /** How often the kernel ended a process of the group for memory. */
  killedForMemory: number
  serverPeakMiB: number
  jobs: Record<string, number>
}

async function fourGib(mib: number, copies: number): Promise<Result> {
  const group = groupOf(mib)
  const root = await mkdtemp(join(tmpdir(), 'onefold-m10-'))
  const dataDir = join(root, 'data')
  const under = ['/bin/sh', '-c', `echo $$ >${group}/cgroup.procs && exec "$@"`, 'sh']
  const box = startKillable({ dataDir, kind: 'whole', under })
  try {
    const url = await box.ready
    const api = apiOf(url, await newToken(url, 'admin'))
    const server = box.pids().server
    const idle = await questions(api, async (asked) => asked >= IDLE_QUESTIONS)
    const begins = performance.now()
    const files = await feed(join(dataDir, 'shares', 'inbox'), copies)
    const busy = await questions(api, drainedAfter(api, files))
    const settled = settledFigures(group, box, server)
    return {
      files,
      minutes: Math.round((performance.now() - begins) / 6_000) / 10,
      ...settled,
      unanswered: idle.unanswered + busy.unanswered,
      idleP95Ms: percentile(idle.times, 0.95),
      busyP95Ms: percentile(busy.times, 0.95),
      busySlowestMs: percentile(busy.times, 1),
      jobs: await jobs(api),
    }
  } finally {
    await box.killAll()
    await rm(root, { recursive: true, force: true })
    await removeGroup(group)
  }
}

/** A group of version 1 or 2, with its limit and without swap. */
function groupOf(mib: number): string {
  const isFirst = existsSync('/sys/fs/cgroup/memory')
  const folder = join('/sys/fs/cgroup', isFirst ? 'memory' : '', `onefold-m10-${process.pid}`)
  mkdirSync(folder)
  const limit = isFirst ? 'memory.limit_in_bytes' : 'memory.max'
  writeFileSync(join(folder, limit), String(mib * MIB))
  return folder
}

async function removeGroup(folder: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      for (const inner of await readdir(folder, { withFileTypes: true })) {
        if (inner.isDirectory()) rmdirSync(join(folder, inner.name))
      }
      return rmdirSync(folder)
    } catch {
      await sleep(100) // The last of its processes is on its way out.
    }
  }
}

async function feed(inbox: string, copies: number): Promise<number> {
  const real = (await readdir(FIXTURES)).filter(
    (name) => /\.\w+$/.test(name) && name !== 'README.md',
  )
  for (let copy = 0; copy < copies; copy++) {
    for (const name of real) await copyFile(join(FIXTURES, name), join(inbox, `${copy}-${name}`))
  }
  return real.length * copies + writeHostileFiles(inbox).length
}

/** What somebody does who only looks and searches. */
const LOOKS = ['/api/v1/search?q=keeper', '/api/v1/books', '/readyz', '/api/v1/documents']

async function questions(api: Api, isOver: (asked: number) => Promise<boolean>) {
  const times: number[] = []
  let unanswered = 0
  for (let asked = 0; !(await isOver(asked)); asked++) {
    const startedAt = performance.now()
    const path = LOOKS[asked % LOOKS.length] ?? ''
    await api
      .ask('GET', path)
      .then((answer) => answer.arrayBuffer())
      .catch((cause: unknown) => {
        unanswered++
        console.error(path, cause)
      })
    times.push(performance.now() - startedAt)
    await sleep(PAUSE_MS)
  }
  return { times, unanswered }
}

/** Looks every now and then whether every file has been read or given up. */
function drainedAfter(api: Api, files: number): (asked: number) => Promise<boolean> {
  const deadline = performance.now() + DEADLINE_MS
  let quiet = 0
  return async (asked) => {
    if (asked % 50 !== 49) return false
    if (performance.now() > deadline) throw new Error('not done in forty minutes')
    const {
      blocked = 0,
      queued = 0,
      running = 0,
      done = 0,
      skipped = 0,
      dead = 0,
    } = await jobs(api)
    // Each file is shown as one job; equal ones of a chapter are one document.
    const isBegun = done + skipped + dead > Math.min(files, 40)
    quiet = isBegun && blocked + queued + running === 0 ? quiet + 1 : 0
    return quiet >= 4
  }
}

/** Jobs by state, as the figures for monitors tell. */
async function jobs(api: Api): Promise<Record<string, number>> {
  const text = await (await api.ask('GET', '/metrics')).text()
  const lines = text.matchAll(/^onefold_jobs\{state="(\w+)"\} (\d+)/gm)
  return Object.fromEntries([...lines].map(([, state, count]) => [state, Number(count)]))
}

function settledFigures(group: string, box: KillableBox, server: number | undefined) {
  const figure = (...names: string[]) => {
    const path = names.map((name) => join(group, name)).find((each) => existsSync(each))
    return path === undefined ? '' : readFileSync(path, 'utf8')
  }
  const status = readFileSync(`/proc/${box.pids().server}/status`, 'utf8')
  const ended = box.lines.filter((line) => /server ended/.test(line)).length
  return {
    restarts: ended + (box.pids().server === server ? 0 : 1),
    peakMiB: Math.round(Number(figure('memory.max_usage_in_bytes', 'memory.peak')) / MIB),
    killedForMemory: Number(
      /oom_kill (\d+)/.exec(figure('memory.oom_control', 'memory.events'))?.[1] ?? 0,
    ),
    serverPeakMiB: Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024),
  }
}

const percentile = (times: readonly number[], share: number): number => {
  const sorted = times.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
}

const [mib = '4096', copies = '20'] = process.argv.slice(2)
const result = await fourGib(Number(mib), Number(copies))
console.log(JSON.stringify(result, undefined, 1))
process.exitCode = result.restarts + result.unanswered === 0 ? 0 : 1
