import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { eventually, type RunningBox, startBox } from '../flows/running-box.ts'
import { expect, bare as test } from './start.ts'
import { bodiesOf, bytesOf, choose, holdBodies, rowOf } from './upload-line.ts'
import { expectAccessible, visit } from './visit.ts'

const PART_BYTES = 2 ** 20
const FILE_BYTES = 24 * PART_BYTES - 5
/** Parts that get through before the pause: a third. */
const ARRIVE = 8

let box: RunningBox
let folder: string

test.beforeAll(async () => {
  const port = String(await freePort())
  box = await startBox({ ONEFOLD_PORT: port, ONEFOLD_UPLOAD_PART_BYTES: String(PART_BYTES) })
  folder = await mkdtemp(join(tmpdir(), 'onefold-resume-'))
})

test.afterAll(async () => {
  await box?.stop()
  await rm(folder, { recursive: true, force: true })
})

test('paused at 30 %, in a closed tab, over a killed server: what is missing is sent, no more', async ({
  page,
  context,
}) => {
  test.setTimeout(120_000)
  const path = join(folder, 'survey.bin')
  await writeFile(path, randomBytes(FILE_BYTES))
  const asked = uploadOf(page)
  await holdBodies(page, ARRIVE)
  await visit(page, box, { path: '/uploads' })
  await (await choose(page)).setInputFiles(path)
  const docId = await asked
  await expect.poll(async () => (await stateOf(docId)).received_parts.length).toBe(ARRIVE)
  await expect(rowOf(page, 'survey.bin')).toContainText('Uploading 3')
  await page.getByRole('button', { name: 'Pause survey.bin' }).click()
  await expect(rowOf(page, 'survey.bin')).toContainText('Paused')
  await page.close()
  await killServer()

  const tab = await context.newPage()
  await tab.goto(`${box.url}/uploads`)
  await expect(rowOf(tab, 'survey.bin')).toContainText('Choose the file again to continue')
  await expectAccessible(tab)
  const before = await stateOf(docId)
  expect(before.received_parts).toHaveLength(ARRIVE)
  const bodies = bodiesOf(tab)
  await (await choose(tab)).setInputFiles(path)
  await expect(rowOf(tab, 'survey.bin')).toContainText('Stored')
  await expect(rowOf(tab, 'survey.bin')).toHaveCount(1)

  const sent = bodies.map((request) => Number(new URL(request.url()).searchParams.get('part')))
  expect([...before.received_parts, ...sent].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 24 }, (_, index) => index + 1),
  )
  expect(await bytesOf(bodies)).toBe(FILE_BYTES - before.received_bytes)
  const after = await stateOf(docId)
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

/** Kills the server without a warning and waits for the next one, at the same address. */
async function killServer(): Promise<void> {
  const { server } = await box.pids()
  process.kill(server ?? Number.NaN, 'SIGKILL')
  await eventually(async () => {
    const next = (await box.pids()).server
    const answer = await fetch(`${box.url}/healthz`).catch(() => undefined)
    return next !== undefined && next !== server && answer?.ok
  })
}

/** A restarted server has to be found where it was. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
