import { readFile } from 'node:fs/promises'
import { crc32c } from '../core/crc32c.ts'
import { startBox } from '../tests/flows/running-box.ts'
import { type BenchFile, connected, inLanes, type Send } from './upload-client.ts'

const PART_BYTES = 8 * 2 ** 20

/** The product, its worker stopped: what is measured is storing. */
export async function benchBox() {
  const box = await startBox({ ONEFOLD_UPLOAD_PART_BYTES: String(PART_BYTES) })
  const { server = 0, worker = 0 } = await box.pids()
  process.kill(worker, 'SIGSTOP')
  const wish = { name: 'bench', scopes: ['read', 'write'] }
  const made = await box.json<{ token: string }>('/api/v1/tokens', { method: 'POST', body: wish })
  const authorization = { authorization: `Bearer ${made.token}` }
  const with_ = (lanes: number, work: (send: Send) => Promise<void>) =>
    connected(box.url, lanes, (send) =>
      work((method, path, given = {}) =>
        send(method, path, { ...given, headers: { ...authorization, ...given.headers } }),
      ),
    )
  return {
    storeAsTold: (files: readonly BenchFile[], lanes: number) =>
      with_(lanes, (send) => storeAsTold(send, files, lanes)),
    storeInThree: (files: readonly BenchFile[], lanes: number) =>
      with_(lanes, (send) => inLanes(files, lanes, (file) => storeInThree(send, file))),
    /** Of the server, in bytes: now, and at most. */
    memory: async () => ({
      now: await memoryOf(server, 'VmRSS'),
      peak: await memoryOf(server, 'VmHWM'),
    }),
    async stop() {
      process.kill(worker, 'SIGCONT')
      await box.stop()
    },
  }
}

interface Asked {
  doc_id: string
  s3_presigned_url: string
  parts: number | null
}

/** Many in one batch, small ones with their bytes, large ones in parts: as the page does. */
async function storeAsTold(send: Send, files: readonly BenchFile[], lanes: number): Promise<void> {
  for (let from = 0; from < files.length; from += 500) {
    const some = files.slice(from, from + 500)
    const { items } = await json<{ items: { upload: Asked }[] }>(send, '/api/v1/uploads/batch', {
      files: some.map(wishOf),
    })
    const pairs = some.map((file, index) => ({ file, asked: items[index]?.upload }))
    await inLanes(pairs, lanes, async ({ file, asked }) => {
      if (!asked) throw new Error(`no address for ${file.name}`)
      if (asked.parts !== null) return storeParts(send, file, asked)
      await send('PUT', `${asked.s3_presigned_url}?complete=1`, { body: file.bytes })
    })
  }
}

async function storeParts(send: Send, { bytes }: BenchFile, asked: Asked): Promise<void> {
  const numbers = Array.from({ length: asked.parts ?? 0 }, (_, index) => index)
  await inLanes(numbers, 3, async (index) => {
    const body = bytes.subarray(index * PART_BYTES, (index + 1) * PART_BYTES)
    const headers = { 'x-part-crc32c': crc32c(body).toString(16).padStart(8, '0') }
    await send('PUT', `${asked.s3_presigned_url}?part=${index + 1}`, { body, headers })
  })
  await json(send, '/upload/complete', { doc_id: asked.doc_id })
}

/** Request, all bytes whole, complete. */
async function storeInThree(send: Send, file: BenchFile): Promise<void> {
  const asked = await json<Asked>(send, '/upload/request', wishOf(file))
  await send('PUT', asked.s3_presigned_url, { body: file.bytes })
  await json(send, '/upload/complete', { doc_id: asked.doc_id })
}

const wishOf = ({ name, bytes, digest }: BenchFile) => ({
  doc_name: name,
  file_size: bytes.length,
  doc_hash_256: digest,
})

async function json<T>(send: Send, path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  return JSON.parse((await send('POST', path, { headers, body: JSON.stringify(body) })).text)
}

async function memoryOf(pid: number, what: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1]) * 1024
}
