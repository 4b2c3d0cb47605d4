import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually, type RunningBox, startBox } from './running-box.ts'

const PART_BYTES = 2 ** 20
const PARTS = 24
const FILE = randomBytes(PARTS * PART_BYTES - 17)

let box: RunningBox
beforeAll(async () => {
  const port = String(await freePort())
  box = await startBox({ ONEFOLD_PORT: port, ONEFOLD_UPLOAD_PART_BYTES: String(PART_BYTES) })
})
afterAll(() => box.stop())

it('finishes an upload during which the server was killed three times', async () => {
  const { doc_id } = await request()
  let kills = 0
  let sent = 0
  for (;;) {
    const { s3_presigned_url } = await eventually(() => request().catch(() => undefined))
    const { received_parts } = await state(doc_id)
    const missing = numbers().filter((number) => !received_parts.includes(number))
    if (missing.length === 0) break
    const onArrived = kills < 3 ? await killAfter(4) : () => {}
    const arrived = await sendAll(s3_presigned_url ?? '', missing, onArrived)
    sent += arrived.length
    if (arrived.length < missing.length) kills++
    // What was acknowledged before the kill is there after it.
    const after = await eventually(() => state(doc_id).catch(() => undefined))
    expect(after.received_parts).toEqual(expect.arrayContaining(arrived))
  }
  expect(kills).toBe(3)
  expect(sent).toBeLessThanOrEqual(PARTS)

  const done = await box.json('/upload/complete', { method: 'POST', body: { doc_id } })
  expect(done).toMatchObject({ status: 'UPLOAD_COMPLETE', doc_id })
  const content = await box.call(`/api/v1/documents/${doc_id}/content`)
  expect(sha256(Buffer.from(await content.arrayBuffer()))).toBe(sha256(FILE))
  expect(await readdir(join(box.dataDir, 'received'))).toEqual([])
  const { steps } = (await box.onefold('verify')) as { steps: { problems: string[] }[] }
  expect(steps.flatMap(({ problems }) => problems)).toEqual([])
}, 120_000)

const LANES = 3
const numbers = () => Array.from({ length: PARTS }, (_, index) => index + 1)
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

const request = () =>
  box.json<{ doc_id: string; s3_presigned_url: string | null }>('/upload/request', {
    method: 'POST',
    body: {
      doc_name: 'video.mp4',
      file_size: FILE.length,
      doc_hash_256: sha256(FILE),
      idempotency_key: 'the one',
    },
  })

const state = (docId: string) => box.json<{ received_parts: number[] }>(`/upload/${docId}`)

/** Sends parts over three connections; returns the numbers of those that were acknowledged. */
async function sendAll(url: string, missing: number[], onArrived: () => void): Promise<number[]> {
  const left = [...missing].reverse()
  const arrived: number[] = []
  const lane = async () => {
    for (let number = left.pop(); number !== undefined; number = left.pop()) {
      const bytes = FILE.subarray((number - 1) * PART_BYTES, number * PART_BYTES)
      const answer = await box.call(`${url}?part=${number}`, {
        method: 'PUT',
        raw: new Uint8Array(bytes),
        headers: { 'x-part-sha256': sha256(bytes) },
      })
      if (answer.status !== 200) throw new Error(await answer.text())
      arrived.push(number)
      onArrived()
    }
  }
  await Promise.allSettled(Array.from({ length: LANES }, lane))
  return arrived
}

/** Kills the server, without a warning, the moment it has acknowledged that many parts. */
async function killAfter(count: number): Promise<() => void> {
  const { server } = await box.pids()
  let heard = 0
  return () => {
    heard++
    if (heard === count && server) process.kill(server, 'SIGKILL')
  }
}

/** A restarted server has to be found where it was. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
