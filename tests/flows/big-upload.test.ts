import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningBox, startBox } from './running-box.ts'

const GIB = 2 ** 30
const BLOCK = randomBytes(2 ** 20)

let box: RunningBox
beforeAll(async () => {
  box = await startBox()
})
afterAll(() => box.stop())

it('takes 2 GiB in one stream without holding it', async () => {
  const { doc_id, s3_presigned_url } = await ask('disk.img', 2 * GIB)
  const answer = await put(s3_presigned_url, 2 * GIB)
  expect(answer.status).toBe(200)
  const done = await box.json('/upload/complete', { method: 'POST', body: { doc_id } })
  expect(done).toMatchObject({ status: 'UPLOAD_COMPLETE', doc_id })
  expect(await peakMemory()).toBeLessThan(300 * 2 ** 20)

  const { details } = await box.json<{ details: { sha256: string } }>(`/api/v1/documents/${doc_id}`)
  expect(details.sha256).toBe(answer.digest)
}, 180_000)

it('keeps nothing of an upload whose bytes or length are not the declared ones', async () => {
  const before = await box.json<Record<string, number>>('/api/v1/usage')
  const lie = createHash('sha256').update('something else').digest('hex')
  const wrongDigest = await ask('lie.bin', 2 ** 20, lie)
  expect((await put(wrongDigest.s3_presigned_url, 2 ** 20)).status).toBe(422)
  const wrongSize = await ask('short.bin', 2 ** 20)
  expect((await put(wrongSize.s3_presigned_url, 2 ** 19)).status).toBe(422)
  for (const { doc_id } of [wrongDigest, wrongSize]) {
    const complete = await box.call('/upload/complete', { method: 'POST', body: { doc_id } })
    expect(complete.status).toBe(409)
  }
  const after = await box.json<Record<string, number>>('/api/v1/usage')
  expect([after.documents, after.blobs]).toEqual([before.documents, before.blobs])
})

interface Asked {
  doc_id: string
  s3_presigned_url: string
}

const ask = (doc_name: string, file_size: number, doc_hash_256?: string): Promise<Asked> =>
  box.json('/upload/request', {
    method: 'POST',
    body: { doc_name, file_size, ...(doc_hash_256 && { doc_hash_256 }) },
  })

/** Sends `bytes` bytes over a plain socket, as curl would, and hashes them on the way. */
async function put(path: string, bytes: number): Promise<{ status: number; digest: string }> {
  const hash = createHash('sha256')
  const blocks = function* () {
    for (let sent = 0; sent < bytes; sent += BLOCK.byteLength) {
      const block = BLOCK.subarray(0, Math.min(BLOCK.byteLength, bytes - sent))
      hash.update(block)
      yield block
    }
  }
  const headers = { 'content-length': bytes, 'content-type': 'application/octet-stream' }
  const call = request(new URL(path, box.url), { method: 'PUT', headers })
  const answered = new Promise<number>((resolve, reject) => {
    call.on('error', reject).on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
  })
  // A refusal may come before the body is through; the answer counts, not the broken pipe.
  const sent = pipeline(Readable.from(blocks()), call).catch(() => undefined)
  const status = await answered
  await sent
  return { status, digest: hash.digest('hex') }
}

/** The most memory the server ever had resident, in bytes. */
async function peakMemory(): Promise<number> {
  const { server } = await box.pids()
  const status = await readFile(`/proc/${server}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}
