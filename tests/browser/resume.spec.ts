import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, type Request, test } from '@playwright/test'
import { type RunningBox, startBox } from '../flows/running-box.ts'
import { expectAccessible, visit } from './visit.ts'

const PART_BYTES = 2 ** 20
const FILE_BYTES = 24 * PART_BYTES - 5

let box: RunningBox
let folder: string

test.beforeAll(async () => {
  box = await startBox({ ONEFOLD_UPLOAD_PART_BYTES: String(PART_BYTES) })
  folder = await mkdtemp(join(tmpdir(), 'onefold-resume-'))
})

test.afterAll(async () => {
  await box?.stop()
  await rm(folder, { recursive: true, force: true })
})

const choose = (page: Page) => page.getByTestId('pick-files')
const rowOf = (page: Page, name: string) =>
  page.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) })

test('after a pause and a reload, the same file goes on with the bytes that are missing', async ({
  page,
}) => {
  const path = join(folder, 'survey.bin')
  await writeFile(path, randomBytes(FILE_BYTES))
  const asked = uploadOf(page)
  await visit(page, box, { path: '/uploads' })
  const fast = await slowDown(page)
  await choose(page).setInputFiles(path)
  const upload = async () => stateOf(await asked)
  await expect.poll(async () => (await upload()).received_parts.length).toBeGreaterThan(5)
  await page.getByRole('button', { name: 'Pause survey.bin' }).click()
  await expect(rowOf(page, 'survey.bin')).toContainText('Paused')
  await page.reload()
  await fast()
  await expect(rowOf(page, 'survey.bin')).toContainText('Choose the file again to continue')
  await expectAccessible(page)

  const before = await upload()
  expect(before.received_parts.length).toBeLessThan(24)
  const bodies: Request[] = []
  page.on('request', (request) => {
    if (request.method() === 'PUT') bodies.push(request)
  })
  await choose(page).setInputFiles(path)
  await expect(rowOf(page, 'survey.bin')).toContainText('Stored')
  await expect(rowOf(page, 'survey.bin')).toHaveCount(1)

  const sent = bodies.map((request) => Number(new URL(request.url()).searchParams.get('part')))
  expect([...before.received_parts, ...sent].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 24 }, (_, index) => index + 1),
  )
  expect(await bytesOf(bodies)).toBe(FILE_BYTES - before.received_bytes)
  const after = await upload()
  expect(after.status).toBe('UPLOAD_COMPLETE')
  const content = await box.call(`/api/v1/documents/${after.document_id}/content`)
  expect(Buffer.from(await content.arrayBuffer()).equals(await readFile(path))).toBe(true)
})

interface Upload {
  status: string
  received_parts: number[]
  received_bytes: number
  document_id: string
}

const stateOf = (docId: string): Promise<Upload> => box.json(`/upload/${docId}`)

/** Id of the first upload that the page asks for from now on. */
async function uploadOf(page: Page): Promise<string> {
  const answer = await page.waitForResponse((each) => each.url().endsWith('/upload/request'))
  return ((await answer.json()) as { doc_id: string }).doc_id
}

/** Bytes that went over the wire as bodies, as the browser says of its own requests. */
async function bytesOf(requests: readonly Request[]): Promise<number> {
  const lengths = requests.map(async (request) =>
    Number((await request.allHeaders())['content-length']),
  )
  return (await Promise.all(lengths)).reduce((sum, length) => sum + length, 0)
}

/** A line on which the file takes eight seconds. */
async function slowDown(page: Page): Promise<() => Promise<unknown>> {
  const browser = await page.context().newCDPSession(page)
  const limit = (bytes: number) =>
    browser.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: bytes,
    })
  await limit(3_000_000)
  return () => limit(-1)
}
