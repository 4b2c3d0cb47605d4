import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from '@playwright/test'
import { eventually, type RunningBox, startBox } from '../flows/running-box.ts'
import { expect, bare as test } from './start.ts'
import { choose, figure, recordsOf, rowOf } from './upload-line.ts'
import { dropOnPage, visit } from './visit.ts'

const FILES = 10_000
/** Another length for the one large file, of more than may be held; the issue's own is 10 GiB, which takes minutes. */
const HASH_BYTES = Number(process.env.ONEFOLD_TEST_HASH_BYTES ?? 2 ** 29)
const MOST_GROWTH_BYTES = 200 * 2 ** 20

let box: RunningBox
let folder: string

test.beforeAll(async () => {
  box = await startBox()
  folder = await mkdtemp(join(tmpdir(), 'onefold-scale-'))
})

test.afterAll(async () => {
  await box?.stop()
  if (folder) await rm(folder, { recursive: true, force: true })
})

test('the page stays alive while 10,000 files are dropped on it', async ({ page }) => {
  test.setTimeout(400_000)
  const path = join(folder, 'Archive')
  await makeFiles(path)
  await visit(page, box, { path: '/uploads' })
  await choose(page)
  // The first files go through; the others wait, so that what is measured is taking them in.
  let batches = 0
  const gate = Promise.withResolvers<void>()
  await page.route('**/api/v1/uploads/batch', async (route) => {
    if (++batches > 2) await gate.promise
    await route.continue().catch(() => {})
  })
  await page.evaluate(watchPage)
  await dropOnPage(page, [path])
  await expect(figure(page, 'In queue')).not.toHaveText('0')
  // Whatever else the reader does meanwhile is answered.
  await page.getByRole('link', { name: 'Search', exact: true }).click()
  const field = page.getByRole('searchbox')
  await field.pressSequentially('cooling loop')
  await expect(field).toHaveValue('cooling loop')
  await page.getByRole('link', { name: 'Uploads', exact: true }).click()
  await expect(figure(page, 'In queue')).toHaveText('10,000', { timeout: 120_000 })
  const seen = await page.evaluate(() => (window as unknown as { seen: Seen }).seen)
  const { longestGapMs, tasks, ...most } = seen
  console.log(`10,000 files: longest gap between frames ${longestGapMs} ms, ${tasks} long tasks`)
  console.log(`at most: ${JSON.stringify(most)}`)
  // What makes it so, whatever the machine: little at a time of everything there is much of.
  expect(seen.asked).toBeLessThanOrEqual(30)
  expect(seen.written).toBeLessThanOrEqual(300)
  expect(seen.rows).toBeLessThan(80)
  // Told four times a second, and drawn a little sooner or later than told.
  expect(seen.redraws).toBeLessThan(8)
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Resume', exact: true })).toBeVisible()

  // A closed tab forgets none of them that it had time to write down.
  const written = async () => (await recordsOf(page)).items
  await expect.poll(written, { timeout: 120_000 }).toBe(FILES)
  gate.resolve()
  await page.reload()
  await expect(figure(page, 'In queue')).toHaveText('10,000', { timeout: 60_000 })
})

test('a large file is fingerprinted in little memory', async ({ page, browser }) => {
  test.setTimeout(60_000 + HASH_BYTES / 10_000)
  const path = join(folder, 'disk.img')
  const file = await open(path, 'w')
  await file.truncate(HASH_BYTES)
  await file.close()
  await visit(page, box, { path: '/uploads' })
  // Its bytes are of no interest: the server refuses them.
  await page.route('**/upload/request', (route) =>
    route.fulfill({ status: 413, json: { code: 'too_large', message: 'Too large.' } }),
  )
  const asked = page.waitForRequest((request) => request.url().endsWith('/upload/request'), {
    timeout: 0,
  })
  const pids = await processesOf(browser)
  const before = await memoryOf(pids)
  const started = Date.now()
  await (await choose(page)).setInputFiles(path)
  let peak = before
  let request: Awaited<typeof asked> | undefined
  void asked.then((it) => {
    request = it
  })
  const found = await eventually(
    async () => {
      peak = Math.max(peak, await memoryOf(pids))
      return request
    },
    60_000 + HASH_BYTES / 10_000,
  )
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  const growth = Math.round((peak - before) / 2 ** 20)
  console.log(`${HASH_BYTES / 2 ** 30} GiB: ${seconds} s, ${growth} MiB more at the most`)
  expect(found.postDataJSON().doc_hash_256).toBe(zeros(HASH_BYTES))
  expect(peak - before).toBeLessThan(MOST_GROWTH_BYTES)
  await expect(rowOf(page, 'disk.img')).toContainText('The file is larger than allowed here')
})

async function makeFiles(path: string): Promise<void> {
  for (let shelf = 0; shelf < 10; shelf++) {
    const inside = join(path, `Shelf ${shelf}`)
    await mkdir(inside, { recursive: true })
    const names = Array.from({ length: FILES / 10 }, (_, index) => `note ${shelf}-${index}.txt`)
    await Promise.all(names.map((name) => writeFile(join(inside, name), name)))
  }
}

interface Seen {
  longestGapMs: number
  tasks: number
  /** Questions about dropped entries that waited for an answer at the same time. */
  asked: number
  /** Records on their way into the browser's storage at the same time. */
  written: number
  /** Lines of the list in the page. */
  rows: number
  /** Times that the totals changed within a second. */
  redraws: number
}

/** Measures in the page how long it shows nothing new, and the most there is of what it works on. */
function watchPage(): void {
  const seen: Seen = { longestGapMs: 0, tasks: 0, asked: 0, written: 0, rows: 0, redraws: 0 }
  Object.assign(window, { seen })
  let last = performance.now()
  const next = (now: number) => {
    seen.longestGapMs = Math.max(seen.longestGapMs, Math.round(now - last))
    last = now
    requestAnimationFrame(next)
  }
  requestAnimationFrame(next)
  new PerformanceObserver((list) => {
    seen.tasks += list.getEntries().length
  }).observe({ type: 'longtask' })

  let asking = 0
  const watchFiles = (entries: readonly FileSystemEntry[]) => {
    for (const entry of entries) {
      if (!entry.isFile) continue
      const { file } = entry as FileSystemFileEntry
      Object.assign(entry, {
        file(take: FileCallback, refuse: ErrorCallback) {
          seen.asked = Math.max(seen.asked, ++asking)
          const answered = (each: File) => {
            asking--
            take(each)
          }
          file.call(entry, answered, refuse)
        },
      })
    }
  }
  // The kinds of entries have no names in the page: one is needed to come by its reader's.
  const { webkitGetAsEntry } = DataTransferItem.prototype
  DataTransferItem.prototype.webkitGetAsEntry = function () {
    const entry = webkitGetAsEntry.call(this)
    const reader = Object.getPrototypeOf((entry as FileSystemDirectoryEntry).createReader())
    const { readEntries } = reader
    reader.readEntries = function (take: FileSystemEntriesCallback, refuse: ErrorCallback) {
      const answered = (entries: FileSystemEntry[]) => {
        watchFiles(entries)
        take(entries)
      }
      readEntries.call(this, answered, refuse)
    }
    return entry
  }
  let writing = 0
  const { put } = IDBObjectStore.prototype
  IDBObjectStore.prototype.put = function (...what) {
    seen.written = Math.max(seen.written, ++writing)
    const request = put.apply(this, what)
    request.addEventListener('success', () => writing--)
    return request
  }
  let total = ''
  let changes: number[] = []
  new MutationObserver(() => {
    seen.rows = Math.max(seen.rows, document.querySelectorAll('main li').length)
    const text = document.querySelector('main dd')?.textContent ?? total
    if (text === total) return
    total = text
    const now = performance.now()
    changes = [...changes.filter((at) => at > now - 1000), now]
    seen.redraws = Math.max(seen.redraws, changes.length)
  }).observe(document.body, { childList: true, subtree: true, characterData: true })
}

/** Ids of the browser's processes. */
async function processesOf(browser: Browser): Promise<number[]> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  return processInfo.map(({ id }) => id)
}

/** Bytes that processes have for themselves, in memory. */
async function memoryOf(pids: readonly number[]): Promise<number> {
  const each = pids.map(async (pid) => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
  })
  return (await Promise.all(each)).reduce((sum, bytes) => sum + bytes, 0)
}

/** SHA-256 of that many zeros. */
function zeros(bytes: number): string {
  const hash = createHash('sha256')
  const block = Buffer.alloc(2 ** 22)
  for (let left = bytes; left > 0; left -= block.length) hash.update(block.subarray(0, left))
  return hash.digest('hex')
}
