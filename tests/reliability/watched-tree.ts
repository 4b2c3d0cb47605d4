// What a watcher needs for a tree of files, and that it finds all of it: R3 (a huge tree and few watches
// of the kernel) and C21 (a storm of new files). Each in a user namespace that has 8,192 watches.
//
//   node watched-tree.ts huge [files, 500000] [seconds of storing, 60] [folder]
//   node watched-tree.ts storm [files, 100000]
//
// With a folder of one's own the tree stays there, and another run goes on with what it finds.
import { type ChildProcess, spawn } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { type SqlCatalog, sqlCatalog } from '../../adapters/sql/catalog.ts'
import { newId } from '../../core/ids.ts'
import type { Share, ShareEntry } from '../../core/ports/index.ts'
import { stampOf } from '../../core/share/stamp.ts'
import { nodeFlags } from '../../scripts/command/door.ts'
import { shelf } from '../contracts/library-shelf.ts'
import { testKeys } from '../test-keys.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const WATCHES = 8_192
const FILES_A_FOLDER = 200
const DEADLINE_MS = 3_600_000

interface Box {
  dataDir: string
  folder: string
  catalog: SqlCatalog
  share: Share
}

async function openBox(kept: string | undefined): Promise<Box> {
  const dataDir = realpathSync(kept ?? mkdtempSync(join(tmpdir(), 'onefold-tree-')))
  const folder = join(dataDir, 'shares', 'tree')
  for (const each of ['staging', 'blobs', 'shares/tree']) {
    mkdirSync(join(dataDir, each), { recursive: true })
  }
  const catalog = sqlCatalog(join(dataDir, 'catalog.sqlite'), testKeys)
  await catalog.migrate()
  const known = (await catalog.shares.list())[0]
  if (known) return { dataDir, folder, catalog, share: known }
  const place = await shelf(catalog)
  const share: Share = {
    id: newId(),
    name: 'Tree',
    path: folder,
    chapterId: place.chapterId,
    ownerId: place.userId,
    mode: 'mirror',
    mapping: 'folders',
    include: [],
    exclude: [],
    settleMs: 200,
    enabled: true,
    createdAt: Date.now(),
  }
  await catalog.shares.put(share)
  return { dataDir, folder, catalog, share }
}

/** Path below the share of the file of that number. */
const nameOf = (i: number) => {
  const folder = Math.floor(i / FILES_A_FOLDER)
  return `${String(folder % 100).padStart(2, '0')}/${String(folder).padStart(5, '0')}/${i}.txt`
}

function fill({ folder }: Box, files: number): void {
  if (existsSync(join(folder, nameOf(files - 1)))) return
  for (let i = 0; i < files; i++) {
    const file = join(folder, nameOf(i))
    if (i % FILES_A_FOLDER === 0) mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, `content of file ${i}\n`)
  }
}

/** Records every file as stored, as if an earlier run had done so. */
async function recordAll({ folder, catalog, share }: Box, files: number): Promise<void> {
  const last = Buffer.from(nameOf(files - 2))
  if (await catalog.shares.entry(share.id, last)) return
  for (let at = 0; at < files; at += 1_000) {
    const entries: ShareEntry[] = []
    for (let i = at; i < Math.min(files, at + 1_000); i++) {
      const stamp = stampOf(lstatSync(join(folder, nameOf(i)), { bigint: true }))
      const path = Buffer.from(nameOf(i))
      const shareId = share.id
      entries.push({ shareId, path, ...stamp, state: 'stored', attempts: 0, updatedAt: Date.now() })
    }
    await catalog.shares.putEntries(entries)
  }
}

interface Watcher {
  process: ChildProcess
  lines: string[]
  memoryMib(): { now: number; most: number }
  stop(): Promise<void>
}

/** The product's own watcher, as it is started by the supervisor, with few watches. */
function startWatcher({ dataDir }: Box): Watcher {
  const run = `echo ${WATCHES} > /proc/sys/user/max_inotify_watches && exec "$0" "$@"`
  const main = join(ROOT, 'watcher', 'main.ts')
  const flags = nodeFlags.watcher ?? []
  const child = spawn('unshare', ['-U', '-r', 'sh', '-c', run, process.execPath, ...flags, main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      ONEFOLD_DATA_DIR: dataDir,
      ONEFOLD_DISK_RESERVE_BYTES: '0',
      ONEFOLD_SCAN_INTERVAL_MS: '60000',
    },
  })
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  const memory = (field: string): number => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1_024)
  }
  return {
    process: child,
    lines,
    memoryMib: () => ({ now: memory('VmRSS'), most: memory('VmHWM') }),
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}

const statusOf = async ({ catalog }: Box) => (await catalog.shares.statuses())[0]

async function until(what: string, holds: () => Promise<boolean>): Promise<number> {
  const startedMs = performance.now()
  while (!(await holds())) {
    if (performance.now() - startedMs > DEADLINE_MS) throw new Error(`It never happened: ${what}`)
    await sleep(250)
  }
  return Math.round(performance.now() - startedMs)
}

async function huge(box: Box, files: number, storingSeconds: number): Promise<object> {
  fill(box, files)
  console.error('The tree is there.')
  const cold = startWatcher(box)
  await sleep(storingSeconds * 1_000)
  const coldMemory = cold.memoryMib()
  const stored = (await box.catalog.shares.counts(box.share.id)).stored
  await cold.stop()
  console.error(`${stored} are stored, in ${coldMemory.most} MiB, with ${cold.lines.length} lines.`)
  await recordAll(box, files)
  console.error('All are recorded.')
  const since = Date.now()
  const warm = startWatcher(box)
  const startMs = await until('it was scanned', async () => {
    const status = await statusOf(box)
    return (status?.lastScanAt ?? 0) > since
  })
  const scanMs = (await statusOf(box))?.lastScanMs
  rmSync(join(box.folder, nameOf(7)), { force: true })
  writeFileSync(join(box.folder, nameOf(8)), 'edited')
  await until('both are found', async () => {
    const status = await statusOf(box)
    const [gone, edited] = await Promise.all(
      [7, 8].map((i) => box.catalog.shares.entry(box.share.id, Buffer.from(nameOf(i)))),
    )
    return !gone && edited?.documentId !== undefined && status?.pending === 0
  })
  const memory = warm.memoryMib()
  const status = await statusOf(box)
  await warm.stop()
  return {
    seen: status?.seen,
    cold: {
      seconds: storingSeconds,
      stored,
      memoryMib: coldMemory.most,
      logLines: cold.lines.length,
    },
    warm: { startMs, scanMs, memoryMib: memory.most, logLines: warm.lines.length },
    mode: status?.mode,
    modeReason: status?.modeReason,
  }
}

/** What somebody at a browser waits for while files flood in: a list, and a write. */
async function lookIn({ catalog }: Box, waits: number[]): Promise<void> {
  const startedMs = performance.now()
  await catalog.library.list('all', { sort: 'name', descending: false, limit: 50 })
  await catalog.settings.put('looked', String(startedMs))
  waits.push(performance.now() - startedMs)
}

async function storm(box: Box, files: number): Promise<object> {
  const watcher = startWatcher(box)
  await until('it listens', async () => (await statusOf(box))?.mode === 'events')
  const startedMs = performance.now()
  fill(box, files)
  const filledMs = Math.round(performance.now() - startedMs)
  const waits: number[] = []
  await until('all are stored', async () => {
    await lookIn(box, waits)
    return (await box.catalog.shares.counts(box.share.id)).stored === files
  })
  const tookMs = Math.round(performance.now() - startedMs)
  await until('nothing waits', async () => (await statusOf(box))?.pending === 0)
  const memory = watcher.memoryMib()
  const { versions } = await box.catalog.blobs.usage()
  const status = await statusOf(box)
  await watcher.stop()
  waits.sort((a, b) => a - b)
  const at = (part: number) => Math.round(waits[Math.floor((waits.length - 1) * part)] ?? 0)
  return {
    files,
    missing: files - versions,
    filledMs,
    tookMs,
    filesPerSecond: Math.round((files * 1_000) / tookMs),
    otherWaitsMs: { p50: at(0.5), p95: at(0.95), most: at(1) },
    memoryMib: memory.most,
    logLines: watcher.lines.length,
    foundByScan: status?.foundByScan,
    eventsLost: status?.eventsLost,
  }
}

const [kind = 'huge', count, seconds, kept] = process.argv.slice(2)
const box = await openBox(kept)
try {
  const files = Number(count ?? (kind === 'huge' ? 500_000 : 100_000))
  const figures =
    kind === 'huge' ? await huge(box, files, Number(seconds ?? 60)) : await storm(box, files)
  console.log(JSON.stringify(figures, null, 2))
} finally {
  await box.catalog.close()
  if (kept === undefined) rmSync(box.dataDir, { recursive: true, force: true })
}
