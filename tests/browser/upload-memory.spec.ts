import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Request } from '@playwright/test'
import { eventually, type RunningBox } from '../flows/running-box.ts'
import { expect, bare as test } from './start.ts'
import { bodiesOf, bytesOf, choose, figure, recordsOf, rowOf } from './upload-line.ts'
import { signIn, visit } from './visit.ts'

let box: RunningBox
let folder: string

test.beforeAll(async ({ plain }) => {
  box = plain
  folder = await mkdtemp(join(tmpdir(), 'onefold-memory-'))
})

test.afterAll(async () => {
  if (folder) await rm(folder, { recursive: true, force: true })
})

const NAMES = ['beam.txt', 'column.txt', 'same as beam.txt', 'Details/joint.txt']

async function makeFolder(): Promise<string> {
  const path = join(folder, 'Steel')
  await mkdir(join(path, 'Details'), { recursive: true })
  for (const name of NAMES) {
    await writeFile(join(path, name), `content of ${name.replace('same as ', '')}`)
  }
  return path
}

/** Waits until every file of the folder can be found: until then the box does not tell of it. */
const findable = () =>
  eventually(async () => {
    const path = '/api/v1/documents?q=txt&limit=100'
    const { items } = await box.json<{ items: { name: string }[] }>(path)
    const own = items.filter(({ name }) => NAMES.some((each) => basename(each) === name))
    const stats = await box.json<Record<string, number>>('/api/v1/jobs/stats')
    const left = (stats.queued ?? 0) + (stats.running ?? 0) + (stats.blocked ?? 0)
    return own.length >= NAMES.length && left === 0
  }, 120_000)

test('a folder that is taken out and added again costs one question and no bytes', async ({
  page,
  context,
}) => {
  const path = await makeFolder()
  await visit(page, box, { path: '/uploads' })
  await choose(page)
  await page.getByTestId('pick-folder').setInputFiles(path)
  await expect(figure(page, 'Finished')).toHaveText('4')
  await page.getByRole('button', { name: 'Remove finished' }).click()
  await expect(page.getByText('Nothing in the queue')).toBeVisible()
  await page.close()
  await findable()

  const tab = await context.newPage()
  await tab.goto(`${box.url}/uploads`)
  await expect(tab.getByText('Nothing in the queue')).toBeVisible()
  await choose(tab)
  const bodies = bodiesOf(tab)
  const posts: Request[] = []
  tab.on('request', (request) => {
    if (request.method() === 'POST') posts.push(request)
  })
  await tab.getByTestId('pick-folder').setInputFiles(path)
  await expect(figure(tab, 'Finished')).toHaveText('4')
  await expect(rowOf(tab, 'joint.txt')).toContainText('Stored')
  expect(await bytesOf(bodies)).toBe(0)
  expect(posts.map((request) => new URL(request.url()).pathname)).toEqual([
    '/api/v1/assets/check-by-hash',
  ])
})

test('what the first version of the page remembered is there in this one', async ({ page }) => {
  await signIn(page, box)
  await page.goto(`${box.url}/healthz`)
  const { user } = await box.json<{ user: { id: string } }>('/api/v1/session')
  const { items: books } = await box.json<{ items: Book[] }>('/api/v1/books')
  const chapterId = books.find(({ name }) => name === 'Shared')?.chapters[0]?.id
  await page.evaluate(writeFirstVersion, { userId: user.id, chapterId, now: Date.now() })

  await page.goto(`${box.url}/uploads`)
  await expect(rowOf(page, 'unfinished.txt')).toContainText('Choose the file again to continue')
  await expect(rowOf(page, 'finished.txt')).toContainText('Stored')
  await expect(rowOf(page, 'of another.txt')).toHaveCount(0)
  expect(await recordsOf(page)).toEqual({ items: 2, fingerprints: 1, copies: 1 })

  const asked = page.waitForRequest((request) => request.url().endsWith('/upload/request'))
  const file = join(folder, 'unfinished.txt')
  await writeFile(file, 'four')
  await utimes(file, 1000, 1000)
  await (await choose(page)).setInputFiles(file)
  await expect(rowOf(page, 'unfinished.txt')).toContainText('Stored')
  await expect(rowOf(page, 'unfinished.txt')).toHaveCount(1)
  expect((await asked).postDataJSON()).toMatchObject({
    doc_name: 'unfinished.txt',
    idempotency_key: 'key of unfinished.txt',
  })
})

test('A15 browser-store: nothing of an account stays after it signed out, or for another one', async ({
  page,
  context,
}) => {
  await box.addPerson('vilma')
  const path = join(folder, 'secret.txt')
  await writeFile(path, 'a secret')
  await visit(page, box, { path: '/uploads' })
  await (await choose(page)).setInputFiles(path)
  await expect(rowOf(page, 'secret.txt')).toContainText('Stored')
  await expect.poll(() => recordsOf(page)).toEqual({ items: 1, fingerprints: 1, copies: 1 })

  // Somebody else comes without a word of the first one.
  await signIn(page, box, 'vilma')
  await page.goto(`${box.url}/uploads`)
  await expect(page.getByText('Nothing in the queue')).toBeVisible()
  await expect.poll(() => recordsOf(page)).toEqual(NOTHING)

  await visit(page, box, { path: '/uploads' })
  const second = join(folder, 'second.txt')
  await writeFile(second, 'a second secret')
  await (await choose(page)).setInputFiles(second)
  await expect.poll(() => recordsOf(page)).toEqual({ items: 1, fingerprints: 1, copies: 1 })
  const other = await context.newPage()
  await other.goto(`${box.url}/uploads`)
  await expect(rowOf(other, 'second.txt')).toBeVisible()
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  // The page is loaded anew on the way there.
  await expect(page).toHaveURL(/sign-in/)
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  expect(await recordsOf(page)).toEqual(NOTHING)
  await other.close()
  expect(await recordsOf(page)).toEqual(NOTHING)
})

test('a browser that cannot take fingerprints uploads without', async ({ page }) => {
  await page.route('**/hash-worker*', (route) => route.abort())
  await visit(page, box, { path: '/uploads' })
  const asked = page.waitForRequest((request) => request.url().endsWith('/upload/request'))
  const path = join(folder, 'plain.txt')
  await writeFile(path, 'without a fingerprint')
  await (await choose(page)).setInputFiles(path)
  await expect(rowOf(page, 'plain.txt')).toContainText('Stored')
  expect((await asked).postDataJSON()).not.toHaveProperty('doc_hash_256')
})

interface Book {
  name: string
  chapters: { id: string }[]
}

const NOTHING = { items: 0, fingerprints: 0, copies: 0 }

/** The database as version 1 made it, with a file under way, a stored one, and another account's. */
function writeFirstVersion({
  userId,
  chapterId,
  now,
}: {
  userId: string
  chapterId: string | undefined
  now: number
}): Promise<void> {
  const row = (name: string, fields: object) => ({
    id: name,
    batch: 'b',
    name,
    folder: '',
    sizeBytes: 4,
    lastModified: 1_000_000,
    destination: { chapterId, chapterName: 'Inbox', bookName: 'Shared', folder: '' },
    addedAt: now,
    onConflict: 'ask',
    state: 'uploading',
    idempotencyKey: `key of ${name}`,
    doneBytes: 0,
    trouble: { tries: 0, freshUrls: 0, rehashes: 0 },
    userId,
    ...fields,
  })
  const stored = { state: 'stored', digest: 'd'.repeat(64), documentId: 'a document' }
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('onefold-uploads', 1)
    opening.onerror = () =>
      reject(new Error('the store cannot be opened', { cause: opening.error }))
    opening.onupgradeneeded = () => {
      const store = opening.result.createObjectStore('items', { keyPath: 'id' })
      store.createIndex('byUser', ['userId', 'addedAt'])
      store.put(row('unfinished.txt', {}))
      store.put(row('finished.txt', stored))
      store.put(row('of another.txt', { userId: 'somebody else' }))
    }
    opening.onsuccess = () => {
      opening.result.close()
      resolve()
    }
  })
}
