// R8, M10: one scan of thousands of pages through a whole box whose worker is killed again and again.
// Says how much was read, how much twice, and what it took of memory. `long-scan [pages] [kills]`
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import sharp from 'sharp'
import { lettering, pdfOfPages } from '../scans.ts'
import { type Api, apiOf, newToken } from './api.ts'
import { type KillableBox, startKillable } from './box.ts'
import { sha256 } from './contents.ts'

export interface LongScanOptions {
  pages: number
  /** How often the worker is killed on the way, evenly. */
  kills: number
  onProgress?: (line: string) => void
}

export interface LongScanResult {
  pages: number
  kills: number
  seconds: number
  coverage: { done: number; total: number; missing: string[] } | undefined
  /** Of some pages, asked by the number that only they have, those that were not found there. */
  notFound: number[]
  /** Most that each process ever held (VmHWM), in bytes. */
  serverPeak: number
  workerPeak: number
  /** Most that readers and their programs held together, looked at four times a second. */
  readersPeak: number
}

/** On a busy machine. */
const DEADLINE_MS = 6 * 3_600_000
const LOOK_MS = 250
/** Pages that are asked for at the end. */
const ASKED = 40

export async function longScan(options: LongScanOptions): Promise<LongScanResult> {
  const { onProgress = () => {} } = options
  const dataDir = await mkdtemp(join(tmpdir(), 'onefold-long-scan-'))
  const bytes = await scanOf(options.pages)
  onProgress(`a scan of ${options.pages} pages, ${(bytes.length / 2 ** 20).toFixed(1)} MiB`)
  const env = { ONEFOLD_OCR_LANGUAGES: 'eng' }
  const box = startKillable({ dataDir, kind: 'whole', env })
  try {
    const url = await box.ready
    const api = apiOf(url, await newToken(url, 'admin'))
    const begun = performance.now()
    await api.upload(
      'long scan.pdf',
      { bytes: Uint8Array.from(bytes), digest: sha256(bytes) },
      'steps',
    )
    const watched = await watch(box, join(dataDir, 'catalog.sqlite'), options)
    const seconds = Math.round((performance.now() - begun) / 1000)
    const notFound = await missed(api, options.pages)
    return { pages: options.pages, seconds, notFound, ...watched }
  } finally {
    await box.killAll()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Small sheets of two lines, each with a number of its own: time goes into pages, not into words. */
async function scanOf(pages: number): Promise<Buffer> {
  const all: { scan: Buffer }[] = []
  for (let page = 1; page <= pages; page++) {
    const text = `Sheet ${numberOf(page)}\nof the harbour office`
    const ink = await lettering(text, { width: 700, dpi: 150 })
    const paper = { width: 827, height: 583, channels: 3, background: '#f6f5f1' } as const
    const sheet = sharp({ create: paper }).composite([{ input: ink, left: 60, top: 60 }])
    const scan = await sharp(await sheet.png({ compressionLevel: 0 }).toBuffer())
      .grayscale()
      .jpeg({ quality: 60 })
      .toBuffer()
    all.push({ scan })
  }
  return await pdfOfPages(all)
}

const numberOf = (page: number): number => 700_000 + 13 * page

/** Kills the worker when its share of the pages is read; resolves when the file can be found. */
async function watch(
  box: KillableBox,
  catalog: string,
  { pages, kills, onProgress = () => {} }: LongScanOptions,
) {
  const peaks = { serverPeak: 0, workerPeak: 0, readersPeak: 0 }
  const database = new Sqlite(catalog, { readonly: true })
  const deadline = Date.now() + DEADLINE_MS
  let killed = 0
  let told = 0
  try {
    for (;;) {
      if (Date.now() > deadline) throw new Error('the scan was not read in time')
      measure(box, peaks)
      const done = pagesDone(database)
      if (done >= told + 100) {
        told = done
        onProgress(`${done} pages, ${killed} kills`)
      }
      const isTime = killed < kills && done >= ((killed + 1) * pages) / (kills + 1)
      if (isTime && box.kill('worker')) killed++
      const coverage = ended(database)
      if (coverage) return { kills: killed, coverage, ...peaks }
      await sleep(LOOK_MS)
    }
  } finally {
    database.close()
  }
}

function pagesDone(database: Sqlite.Database): number {
  const row = database
    .prepare(`select count(*) as pages from step_units where state in ('done', 'failed')`)
    .get() as { pages: number }
  return row.pages
}

/** What `ocr` told of its pages, once the file is findable. */
function ended(database: Sqlite.Database): LongScanResult['coverage'] {
  const isLinked = database.prepare('select 1 from versions where linked_at is not null').get()
  const row = database.prepare(`select coverage from derivations where step = 'ocr'`).get()
  const { coverage } = (row ?? {}) as { coverage?: string }
  return isLinked && coverage !== undefined ? JSON.parse(coverage) : undefined
}

/** Raises the peaks to what the box holds now. */
export function measure(
  box: KillableBox,
  peaks: Pick<LongScanResult, 'serverPeak' | 'workerPeak' | 'readersPeak'>,
): void {
  const { server, worker } = box.pids()
  peaks.serverPeak = Math.max(peaks.serverPeak, memoryOf(server, 'VmHWM'))
  peaks.workerPeak = Math.max(peaks.workerPeak, memoryOf(worker, 'VmHWM'))
  const readers = worker === undefined ? [] : descendants(worker)
  const held = readers.reduce((sum, pid) => sum + memoryOf(pid, 'VmRSS'), 0)
  peaks.readersPeak = Math.max(peaks.readersPeak, held)
}

function memoryOf(pid: number | undefined, field: 'VmHWM' | 'VmRSS'): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) * 1024
  } catch {
    return 0 // It has ended, or was just killed.
  }
}

function descendants(pid: number): number[] {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`)
    const children = tasks.flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
    )
    return children.flatMap((child) => [Number(child), ...descendants(Number(child))])
  } catch {
    return [] // as above
  }
}

async function missed(api: Api, pages: number): Promise<number[]> {
  const notFound: number[] = []
  for (let asked = 0; asked < Math.min(ASKED, pages); asked++) {
    const page = 1 + Math.floor((asked * pages) / Math.min(ASKED, pages))
    const path = `/api/v1/search?q=${numberOf(page)}`
    const { hits } = await api.json<{ hits: { locator?: { page?: number } }[] }>('GET', path)
    if (!hits.some(({ locator }) => locator?.page === page)) notFound.push(page)
  }
  return notFound
}

export const isReadWhole = ({ pages, coverage, notFound }: LongScanResult): boolean =>
  coverage?.done === pages && coverage.total === pages && notFound.length <= ASKED / 10

if (import.meta.main) {
  const [pages = 2_000, kills = 3] = process.argv.slice(2).map(Number)
  const result = await longScan({ pages, kills, onProgress: console.log })
  console.log(JSON.stringify(result, undefined, 2))
  if (!isReadWhole(result)) process.exitCode = 1
}
