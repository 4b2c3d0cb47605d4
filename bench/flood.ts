import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { startBox } from '../tests/flows/running-box.ts'

/*
 * What somebody at a browser waits for while files flood into a watched share, beside what he waits for
 * on an idle box: the list of a chapter, over HTTP. The worker stands still; what it does to the box is
 * measured elsewhere.
 *
 *   npm run bench:flood [files=10000] [most seconds=120]
 */

const FILES_A_FOLDER = 200
const CALLS = 200
const EVERY_MS = 25

const [files = 10_000, mostSeconds = 120] = process.argv.slice(2).map(Number)
const root = await mkdtemp(join(tmpdir(), 'onefold-bench-flood-'))
const loadBefore = loadavg()[0] ?? 0
const box = await startBox({ ONEFOLD_SETTLE_MS: '0', ONEFOLD_SCAN_INTERVAL_MS: '1000' })
const { worker = 0 } = await box.pids()
process.kill(worker, 'SIGSTOP')
try {
  const books = await box.json<{ items: { chapters: { id: string }[] }[] }>('/api/v1/books')
  const chapter = books.items[0]?.chapters[0]?.id ?? ''
  const folder = join(root, 'share')
  await fill(join(root, 'new'))
  await mkdir(folder)
  const body = { path: folder, chapter_id: chapter, settle_ms: 0 }
  const share = await box.json<{ id: string }>('/api/v1/shares', { method: 'POST', body })
  const mode = async () =>
    (await box.json<{ status: { mode: string } | null }>(`/api/v1/shares/${share.id}`)).status?.mode
  while ((await mode()) !== 'events') await sleep(50)

  const list = `/api/v1/documents?chapter_id=${chapter}&limit=50`
  await ask(CALLS / 4, list)
  const idle = await ask(CALLS, list)
  const catalog = new Sqlite(join(box.dataDir, 'catalog.sqlite'), { readonly: true })
  const stored = catalog.prepare('select count(*) from documents').pluck()
  const start = performance.now()
  await rename(join(root, 'new'), join(folder, 'new'))
  const flooded: number[] = []
  const seconds = () => (performance.now() - start) / 1000
  while (Number(stored.get()) < files && seconds() < mostSeconds) {
    flooded.push(...(await ask(10, list)))
  }
  const took = seconds()
  const count = Number(stored.get())
  catalog.close()
  const p = (waits: readonly number[], part: number) =>
    waits.toSorted((a, b) => a - b)[Math.floor((waits.length - 1) * part)] ?? Number.NaN
  console.log(`load before: ${loadBefore.toFixed(1)}`)
  console.log(`${count} of ${files} files stored, ${(count / took).toFixed(0)} a second`)
  for (const [name, waits] of [
    ['idle', idle],
    ['flood', flooded],
  ] as const) {
    const shown = [0.5, 0.95, 1].map((part) => p(waits, part).toFixed(1)).join(' / ')
    console.log(`${name}: p50 / p95 / most ${shown} ms, ${waits.length} calls`)
  }
  console.log(`p95 is ${(p(flooded, 0.95) / p(idle, 0.95)).toFixed(2)} times that of the idle box`)
} finally {
  process.kill(worker, 'SIGCONT')
  await box.stop()
  await rm(root, { recursive: true, force: true })
}

async function fill(folder: string): Promise<void> {
  for (let file = 0; file < files; file++) {
    const sub = join(folder, String(Math.floor(file / FILES_A_FOLDER)))
    if (file % FILES_A_FOLDER === 0) await mkdir(sub, { recursive: true })
    await writeFile(join(sub, `${file}.txt`), `Content of file ${file}, made at ${Date.now()}.\n`)
  }
}

/** Milliseconds of each call. */
async function ask(calls: number, path: string): Promise<number[]> {
  const waits: number[] = []
  for (let call = 0; call < calls; call++) {
    const startMs = performance.now()
    await box.json(path)
    waits.push(performance.now() - startMs)
    await sleep(EVERY_MS)
  }
  return waits
}
