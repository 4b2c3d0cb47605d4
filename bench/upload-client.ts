import { createHash } from 'node:crypto'
import { Agent, request } from 'node:http'

/** A file to be stored, and what its sender says of it. */
export interface BenchFile {
  name: string
  bytes: Buffer
  digest: string
}

/** Files of the same size, no two with the same bytes. */
export function makeFiles(count: number, sizeBytes: number): BenchFile[] {
  const base = Buffer.alloc(sizeBytes, crypto.getRandomValues(Buffer.alloc(65_536)))
  return Array.from({ length: count }, () => {
    const bytes = count === 1 ? base : Buffer.from(base)
    const name = crypto.randomUUID()
    bytes.write(name)
    return { name, bytes, digest: digestOf(bytes) }
  })
}

/** In pieces: 2 GiB are more than it takes at once. */
function digestOf(bytes: Buffer): string {
  const hash = createHash('sha256')
  for (let at = 0; at < bytes.length; at += 2 ** 30) hash.update(bytes.subarray(at, at + 2 ** 30))
  return hash.digest('hex')
}

export interface Heard {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}

export type Send = (
  method: string,
  path: string,
  given?: { headers?: Record<string, string>; body?: Uint8Array | string },
) => Promise<Heard>

/** A client that keeps `lanes` connections open. @throws when an answer is no success */
export function client(url: string, lanes: number): { send: Send; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: lanes })
  const send: Send = (method, path, { headers = {}, body = '' } = {}) =>
    new Promise((resolve, reject) => {
      const length = { 'content-length': String(Buffer.byteLength(body)) }
      const call = request(new URL(path, url), {
        method,
        agent,
        headers: { ...length, ...headers },
      })
      call.on('error', reject)
      call.on('response', async (answer) => {
        let text = ''
        for await (const chunk of answer.setEncoding('utf8')) text += chunk
        const status = answer.statusCode ?? 0
        if (status >= 300) reject(new Error(`${method} ${path}: ${status} ${text}`))
        else resolve({ status, headers: answer.headers, text })
      })
      call.end(body)
    })
  return { send, close: () => agent.destroy() }
}

/** Does `work` for all of `items`, `lanes` at a time. */
export async function inLanes<T>(
  items: readonly T[],
  lanes: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const left = [...items].reverse()
  const lane = async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

/** Does `work` with a client of its own. */
export async function connected(
  url: string,
  lanes: number,
  work: (send: Send) => Promise<void>,
): Promise<void> {
  const { send, close } = client(url, lanes)
  await work(send).finally(close)
}
