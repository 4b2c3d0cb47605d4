// C21 and M4: a flood of files into a watched share. `calm`: as fast as they can be made, so that events
// are lost. `trouble`: slow writers, renames, kills, a share that goes away, a full disk and a clock that
// jumps, all the while. `node share-storm.ts [files] [calm|trouble] [seed]`
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { appendFile, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { apiOf, newToken } from './api.ts'
import { type Audit, isWell, recoverAndAudit } from './audit.ts'
import { type KillableBox, startKillable } from './box.ts'
import { filled, seeded, sha256 } from './contents.ts'
import { shareState } from './share-writer.ts'
import { fullDisk, type Gate, gate, isRoot, movableClock, unmounted } from './storm-trouble.ts'

export interface StormOptions {
  files: number
  trouble: boolean
  seed: number
  /** How long one trouble is over before the next. */
  pauseMs: number
  /** How far the clock jumps at most, in days: back, and forth. */
  days: { back: number; forth: number }
  onProgress?: (line: string) => void
}

export interface StormResult {
  files: number
  seconds: number
  /** Files of which the catalog holds nothing, or something else. */
  lost: number
  /** Documents and versions beyond one for each file. */
  doubled: number
  /** Versions that are no whole content of any file. */
  half: number
  troubles: Record<string, number>
  /** Most memory of the box that its last process held, in bytes. */
  peakBytes: number
  audit: Audit
}

interface Storm {
  options: StormOptions
  root: string
  dataDir: string
  /** What is watched, and where it lies while it is away or mounted. */
  share: string
  real: string
  random: () => number
  gate: Gate
  files: Map<string, string>
  troubles: Record<string, number>
  clock: ReturnType<typeof movableClock>
  box: KillableBox
}

const PER_FOLDER = 500
const WRITERS = 8
/** A slow writer's pauses are far below this, so that half a file never stands still. */
const SETTLE_MS = 2_000
/** Of the largest size, on a busy machine. */
const DEADLINE_MS = 4 * 3_600_000

export async function storm(options: StormOptions): Promise<StormResult> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'onefold-storm-')))
  const dataDir = join(root, 'data')
  const share = join(root, 'share')
  const real = join(root, 'real')
  const mounts = options.trouble && isRoot
  for (const folder of [dataDir, share, ...(mounts ? [real] : [])]) mkdirSync(folder)
  if (mounts) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${room(options.files)}`, 'onefold', dataDir])
    execFileSync('mount', ['--bind', real, share])
  }
  const clock = options.trouble ? movableClock(root) : undefined
  const on: Storm = {
    options,
    root,
    dataDir,
    share,
    real,
    random: seeded(options.seed),
    gate: gate(),
    files: new Map(),
    troubles: {},
    clock,
    box: start(dataDir, clock),
  }
  try {
    return await flood(on)
  } finally {
    await on.box.killAll()
    if (mounts) for (const each of [share, dataDir]) execFileSync('umount', ['-l', each])
    await rm(root, { recursive: true, force: true })
  }
}

/** The catalog grows by some KiB a file; what is too little is found by those that are lost. */
const room = (files: number) => 2 ** 28 + files * 24 * 1024

function start(dataDir: string, clock: Storm['clock']): KillableBox {
  const env = {
    ONEFOLD_SETTLE_MS: String(SETTLE_MS),
    ONEFOLD_SCAN_INTERVAL_MS: '5000',
    SWEEP_MS: '2000',
  }
  return startKillable({ dataDir, kind: 'small', env, ...(clock && { under: clock.under }) })
}

async function flood(on: Storm): Promise<StormResult> {
  const token = await watch(on)
  const begins = performance.now()
  const stop = new AbortController()
  const troubled = on.options.trouble ? makeTrouble(on, stop.signal) : undefined
  await Promise.all(Array.from({ length: WRITERS }, (_, lane) => write(on, lane)))
  stop.abort()
  await troubled
  const state = await taken(on, token)
  const seconds = (performance.now() - begins) / 1_000
  const peakBytes = peakOf(on.box)
  await on.box.killAll()
  return {
    files: on.files.size,
    seconds,
    lost: state.missing.length,
    doubled: state.surplus,
    half: halves(on),
    troubles: on.troubles,
    peakBytes,
    audit: await recoverAndAudit(on.dataDir, state.documents),
  }
}

interface ShareOut {
  id: string
  status: { mode: string } | null
}

async function watch(on: Storm): Promise<string> {
  const url = await on.box.ready
  const token = await newToken(url, 'admin')
  const api = apiOf(url, token)
  const books = await api.json<{ items: { chapters: { id: string }[] }[] }>('GET', '/api/v1/books')
  const chapter_id = books.items[0]?.chapters[0]?.id ?? ''
  const { id } = await api.json<ShareOut>('POST', '/api/v1/shares', { path: on.share, chapter_id })
  for (;;) {
    const { status } = await api.json<ShareOut>('GET', `/api/v1/shares/${id}`)
    if (status?.mode === 'events') return token
    await sleep(50)
  }
}

/** One lane of people who write files: at once, slowly, under another name first, or renamed after. */
async function write(on: Storm, lane: number): Promise<void> {
  const { options, share } = on
  for (let number = lane; number < options.files; number += WRITERS) {
    const folder = `folder ${Math.floor(number / PER_FOLDER)}`
    const path = join(folder, `file ${number}.txt`)
    // Some are the same as others before them.
    const text = number % Math.ceil(options.files * 0.9)
    const { bytes } = filled(`File ${text}. `, 400 + (text % 700))
    const file = join(share, path)
    const dice = options.trouble ? on.random() : 1
    const named = dice < 0.1 ? `${path} renamed.txt` : path
    await on.gate.pass(async () => {
      mkdirSync(join(share, folder), { recursive: true })
      if (dice < 0.1) {
        await writeFile(file, bytes)
        await rename(file, join(share, named))
      } else if (dice < 0.12) {
        for (const from of [0, 100, 200]) {
          await appendFile(file, bytes.subarray(from, from + 100))
          await sleep(100)
        }
        await appendFile(file, bytes.subarray(300))
      } else await writeFile(file, bytes)
    })
    on.files.set(named, sha256(bytes))
  }
}

/** One trouble after the other, by chance. */
async function makeTrouble(on: Storm, signal: AbortSignal): Promise<void> {
  const { random, options } = on
  const { days } = options
  const kinds: Record<string, () => Promise<unknown>> = {
    kill: () => kill(on),
    away: () => on.gate.shut(() => unmounted(on.share, on.real, 1_500)),
    full: () => fullDisk(on.dataDir, 1_000),
    clock: async () => on.clock?.set(Math.round(random() * (days.back + days.forth) - days.back)),
  }
  const names = Object.keys(kinds)
  while (!signal.aborted) {
    await sleep(random() * 2 * options.pauseMs)
    const name = names[Math.floor(random() * names.length)] ?? 'kill'
    await kinds[name]?.()
    on.troubles[name] = (on.troubles[name] ?? 0) + 1
    options.onProgress?.(JSON.stringify({ written: on.files.size, ...on.troubles }))
  }
  on.clock?.set(0)
  await kill(on)
}

async function kill(on: Storm): Promise<void> {
  await on.box.killAll()
  on.box = start(on.dataDir, on.clock)
  await Promise.race([on.box.ready, sleep(on.random() * 4_000)])
}

async function taken(on: Storm, token: string) {
  apiOf(await on.box.ready, token)
  let told = 0
  for (const ends = performance.now() + DEADLINE_MS; ; await sleep(500)) {
    const state = shareState(on.dataDir, on.files)
    if (state.missing.length === 0 || performance.now() > ends) return state
    if (performance.now() - told > 10_000) {
      told = performance.now()
      on.options.onProgress?.(`${state.missing.length} to go`)
    }
  }
}

/** Everything that was ever stored of the share is the whole of some file. */
function halves({ dataDir, files }: Storm): number {
  const whole = new Set(files.values())
  const database = new Sqlite(join(dataDir, 'catalog.sqlite'), { readonly: true })
  const stored = database
    .prepare(
      `select b.digest from versions v join blobs b on b.id = v.blob_id where v.door = 'share'`,
    )
    .pluck()
    .all() as string[]
  database.close()
  return stored.filter((digest) => !whole.has(digest)).length
}

function peakOf(box: KillableBox): number {
  const status = readFileSync(`/proc/${box.pids().box}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024
}

export const isWhole = ({ lost, doubled, half, audit }: StormResult): boolean =>
  lost === 0 && doubled === 0 && half === 0 && isWell(audit)

if (import.meta.main) {
  const [files = '100000', kind = 'calm', seed = '1'] = process.argv.slice(2)
  const result = await storm({
    files: Number(files),
    trouble: kind === 'trouble',
    seed: Number(seed),
    pauseMs: 4_000,
    days: { back: 3_650, forth: 3_650 },
    onProgress: console.log,
  })
  console.log(JSON.stringify(result, undefined, 2))
  if (!isWhole(result)) process.exitCode = 1
}
