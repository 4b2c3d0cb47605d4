// R8, M10: hours of sound through a whole box with the tiny speech model, the worker killed again and
// again. Says how much was heard, how much twice, and what it took. `long-sound [minutes] [kills]`
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import Sqlite from 'better-sqlite3'
import { makeTinyModel } from '../../scripts/tiny-models.ts'
import { recording, type Spoken } from '../recording.ts'
import { type Api, apiOf, newToken } from './api.ts'
import { type KillableBox, startKillable } from './box.ts'
import { sha256 } from './contents.ts'
import { measure } from './long-scan.ts'

export interface LongSoundOptions {
  minutes: number
  /** How often the worker is killed on the way, evenly. */
  kills: number
  onProgress?: (line: string) => void
}

export interface LongSoundResult {
  minutes: number
  kills: number
  seconds: number
  coverage: { done: number; total: number; missing: string[] } | undefined
  /** Words that were heard; each is said once a second. */
  words: number
  /** Words that were not heard at their second, or were heard twice. */
  wrong: number
  /** Most that each process ever held (VmHWM), in bytes. */
  serverPeak: number
  workerPeak: number
  /** Most that the reader and its programs held together, looked at four times a second. */
  readersPeak: number
}

/** On a busy machine. */
const DEADLINE_MS = 12 * 3_600_000
const LOOK_MS = 250
const NEAR_S = 2

/** What is said in every minute. */
const MINUTE: readonly Spoken[] = [
  ['alpha', 20],
  ['pause', 3],
  ['bravo', 15],
  ['pause', 22],
]
const WORDS = 35

export async function longSound(options: LongSoundOptions): Promise<LongSoundResult> {
  const { minutes, onProgress = () => {} } = options
  const dataDir = await mkdtemp(join(tmpdir(), 'onefold-long-sound-'))
  await makeTinyModel('speech', join(dataDir, 'models'))
  const bytes = await soundOf(dataDir, minutes)
  onProgress(`${minutes} minutes of sound, ${(bytes.length / 2 ** 20).toFixed(1)} MiB`)
  const box = startKillable({ dataDir, kind: 'whole', env: {} })
  try {
    const url = await box.ready
    const api = apiOf(url, await newToken(url, 'admin'))
    const begun = performance.now()
    const name = 'long sound.opus'
    const id = await api.upload(
      name,
      { bytes: Uint8Array.from(bytes), digest: sha256(bytes) },
      'steps',
    )
    const watched = await watch(box, join(dataDir, 'catalog.sqlite'), options)
    const seconds = Math.round((performance.now() - begun) / 1000)
    return { minutes, seconds, ...(await heard(api, id)), ...watched }
  } finally {
    await box.killAll()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** The same minute again and again, packed as telephones do. */
async function soundOf(folder: string, minutes: number): Promise<Buffer> {
  const minute = join(folder, 'minute.wav')
  const packed = join(folder, 'sound.opus')
  await writeFile(minute, recording(MINUTE))
  const again = ['-stream_loop', String(minutes - 1), '-i', minute]
  await promisify(execFile)('ffmpeg', ['-v', 'error', ...again, '-b:a', '24k', packed])
  const bytes = await readFile(packed)
  await Promise.all([minute, packed].map((path) => rm(path)))
  return bytes
}

/** Kills the worker when its share is heard; resolves when the file can be found. */
async function watch(
  box: KillableBox,
  catalog: string,
  { minutes, kills, onProgress = () => {} }: LongSoundOptions,
) {
  const peaks = { serverPeak: 0, workerPeak: 0, readersPeak: 0 }
  const database = new Sqlite(catalog, { readonly: true })
  const deadline = Date.now() + DEADLINE_MS
  let killed = 0
  let told = 0
  try {
    for (;;) {
      if (Date.now() > deadline) throw new Error('the sound was not heard in time')
      measure(box, peaks)
      const done = minutesHeard(database)
      if (done >= told + 10) {
        told = done
        const most = Math.round(peaks.readersPeak / 2 ** 20)
        onProgress(`${Math.floor(done)} minutes, ${killed} kills, the reader held ${most} MiB`)
      }
      const isTime = killed < kills && done >= ((killed + 1) * minutes) / (kills + 1)
      if (isTime && box.kill('worker')) killed++
      const coverage = ended(database)
      if (coverage) return { kills: killed, coverage, ...peaks }
      await sleep(LOOK_MS)
    }
  } finally {
    database.close()
  }
}

function minutesHeard(database: Sqlite.Database): number {
  const row = database
    .prepare(`select max(json_extract(body, '$.untilMs')) as ms from step_units`)
    .get() as { ms: number | null }
  return (row.ms ?? 0) / 60_000
}

/** What `speech` told of its minutes, once the file is findable. */
function ended(database: Sqlite.Database): LongSoundResult['coverage'] {
  const isLinked = database.prepare('select 1 from versions where linked_at is not null').get()
  const row = database.prepare(`select coverage from derivations where step = 'speech'`).get()
  const { coverage } = (row ?? {}) as { coverage?: string }
  return isLinked && coverage !== undefined ? JSON.parse(coverage) : undefined
}

/** What the transcript says, word by word, and which of it is said at another time. */
async function heard(api: Api, id: string): Promise<{ words: number; wrong: number }> {
  const answer = await api.ask('GET', `/api/v1/documents/${id}/transcript?format=txt`)
  const lines = (await answer.text()).split('\n').filter((line) => line !== '')
  const wrong = lines.filter((line) => {
    const [, hours = 0, minutes = 0, seconds = 0, word] =
      /^\[(\d+):(\d\d):(\d\d)\] (\w+)$/.exec(line) ?? []
    const second = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)
    return !isSaid(String(word), second % 60)
  })
  return { words: lines.length, wrong: wrong.length }
}

/** Whether a minute has the word around this second. */
function isSaid(word: string, second: number): boolean {
  let at = 0
  for (const [said, seconds] of MINUTE) {
    const isNear = second >= at - NEAR_S && second <= at + seconds + NEAR_S
    if (said === word && (isNear || (at === 0 && second >= 60 - NEAR_S))) return true
    at += seconds
  }
  return false
}

export const isHeardWhole = ({ minutes, coverage, words, wrong }: LongSoundResult): boolean =>
  coverage !== undefined &&
  coverage.done === coverage.total &&
  words === WORDS * minutes &&
  wrong === 0

if (import.meta.main) {
  const [minutes = 480, kills = 3] = process.argv.slice(2).map(Number)
  const result = await longSound({ minutes, kills, onProgress: console.log })
  console.log(JSON.stringify(result, undefined, 2))
  if (!isHeardWhole(result)) process.exitCode = 1
}
