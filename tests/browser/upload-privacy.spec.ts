import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Response } from '@playwright/test'
import { eventually, type RunningBox } from '../flows/running-box.ts'
import { expect, bare as test } from './start.ts'
import { choose, rowOf } from './upload-line.ts'
import { visit } from './visit.ts'

const BODY = 'The salaries of next year, letter by letter. '.repeat(1000)

let box: RunningBox
let folder: string

test.beforeAll(async ({ plain }) => {
  box = plain
  folder = await mkdtemp(join(tmpdir(), 'onefold-privacy-'))
  await writeFile(join(folder, 'letter.txt'), BODY)
})

test.afterAll(async () => {
  if (folder) await rm(folder, { recursive: true, force: true })
})

test('two people store the same file, and neither learns of the other', async ({ browser }) => {
  const mona = await addWriter('mona')
  const nils = await addWriter('nils')
  const first = await upload(browser, 'mona')
  await findable(mona)
  const second = await upload(browser, 'nils')
  await findable(nils)

  expect(second.calls).toEqual(first.calls)
  expect(second.answers).toEqual(first.answers)
  expect(first.answers).toHaveLength(1)
  expect(masked(second.row)).toBe(masked(first.row))
  const sent = first.calls.filter(({ call }) => call.startsWith('PUT'))
  expect(sent.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(Buffer.byteLength(BODY))
  expect(`${second.row} ${JSON.stringify([second.calls, second.answers])}`).not.toMatch(
    /already|exists|linked|mona/i,
  )

  // The picture of the first page comes beside, a moment later than the words.
  await expect(async () => {
    const [ours, theirs] = [await documentOf(mona), await documentOf(nils)]
    expect(theirs.items).toHaveLength(1)
    expect(masked(theirs)).toEqual(masked(ours))
  }).toPass()
})

/** An account that may write into a book of its own. @returns its token */
async function addWriter(name: string): Promise<string> {
  const book = { method: 'POST', body: { name: `Book of ${name}` } }
  const { id } = await box.json<{ id: string }>('/api/v1/books', book)
  const chapter = { method: 'POST', body: { name: 'Letters' } }
  await box.json(`/api/v1/books/${id}/chapters`, chapter)
  const person = await box.addPerson(name)
  const grant = { method: 'POST', body: { user_id: person.id, role: 'contributor' } }
  await box.json(`/api/v1/books/${id}/grants`, grant)
  return person.token
}

interface Seen {
  /** Each call that changes something, with what was sent and what came back. */
  calls: { call: string; bytes: number; status: number; answer: unknown }[]
  /** What came back for the bytes. */
  answers: unknown[]
  row: string
}

/** Keeps in the page what its requests with bytes are answered: the tools do not tell. */
function keepAnswers(): void {
  const answers: string[] = []
  Object.assign(window, { answers })
  const { send } = XMLHttpRequest.prototype
  XMLHttpRequest.prototype.send = function (body) {
    this.addEventListener('load', () => answers.push(this.responseText))
    send.call(this, body)
  }
}

/** Uploads the file as a person sees it, in a browser of its own. */
async function upload(browser: Browser, name: string): Promise<Seen> {
  const context = await browser.newContext()
  const page = await context.newPage()
  const seen: Promise<Seen['calls'][number]>[] = []
  page.on('response', (answer) => {
    if (answer.request().method() !== 'GET') seen.push(seenOf(answer))
  })
  await page.addInitScript(keepAnswers)
  await visit(page, box, { as: name, path: '/uploads' })
  await (await choose(page)).setInputFiles(join(folder, 'letter.txt'))
  await expect(rowOf(page, 'letter.txt')).toContainText('Stored')
  const row = (await rowOf(page, 'letter.txt').textContent()) ?? ''
  const calls = await Promise.all(seen)
  const answers = await page.evaluate(() => (window as unknown as { answers: string[] }).answers)
  await context.close()
  return { calls, answers: answers.map((answer) => masked(JSON.parse(answer))), row }
}

async function seenOf(response: Response): Promise<Seen['calls'][number]> {
  const request = response.request()
  const isPut = request.method() === 'PUT'
  const answer = isPut ? undefined : masked(await response.json())
  return {
    call: `${request.method()} ${new URL(request.url()).pathname.replace(/^\/u\/.+/, '/u/…')}`,
    bytes: Number((await request.allHeaders())['content-length'] ?? 0),
    status: response.status(),
    answer,
  }
}

/** What differs between any two files: ids, secrets and times keep only their length. */
function masked(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replace(/\b\d{13}\b/g, '1000000000000')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id')
    .replace(/\b[0-9a-f]{32}\b/g, 'trace')
    .replace(/\/u\/[\w-]{43}/g, '/u/token')
    .replace(/Book of \w{4}/g, 'whose book')
    .replace(/"mona"|"nils"/g, '"who"')
  return JSON.parse(text)
}

const documentOf = (token: string) =>
  box.json<{ items: { state?: string }[] }>('/api/v1/documents?q=letter', { token })

/** Waits until the person's file can be searched for. */
const findable = (token: string) =>
  eventually(async () => {
    const found = await box.json<{ hits: unknown[] }>('/api/v1/search?q=salaries', { token })
    return found.hits.length > 0
  }, 120_000)
