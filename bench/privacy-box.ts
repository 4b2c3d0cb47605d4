import { createHash } from 'node:crypto'
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningBox } from '../tests/flows/running-box.ts'

/** Somebody who sends files over one connection and looks at the clock. */
export interface Sender {
  /** Milliseconds from the first byte sent to the last one received, and the answer. */
  timed(method: string, path: string, body?: object | Uint8Array): Promise<Timed>
  /** Asks for an address for a content, known by its digest. */
  ask(name: string, content: Content): Promise<Timed>
  /** Stores a content; returns how long it took to send it, and to complete it. */
  store(name: string, bytes: Uint8Array): Promise<{ sentMs: number; completedMs: number }>
}

interface Timed {
  ms: number
  body: Record<string, string>
}

export interface Content {
  digest: string
  sizeBytes: number
}

export const contentOf = (bytes: Uint8Array): Content => ({
  digest: createHash('sha256').update(bytes).digest('hex'),
  sizeBytes: bytes.byteLength,
})

/** A person with a book of her own, which nobody else sees. */
export async function sender(box: RunningBox, name: string): Promise<Sender> {
  const { id, token } = await box.addPerson(name)
  const post = (path: string, body: object) =>
    box.json<{ id: string }>(path, { method: 'POST', body })
  const book = await post('/api/v1/books', { name: `Book of ${name}` })
  const chapter = await post(`/api/v1/books/${book.id}/chapters`, { name: 'Chapter' })
  await post(`/api/v1/books/${book.id}/grants`, { user_id: id, role: 'contributor' })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })

  const timed: Sender['timed'] = (method, path, body = {}) => {
    const isBytes = body instanceof Uint8Array
    const bytes = isBytes ? body : Buffer.from(JSON.stringify(body))
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': isBytes ? 'application/octet-stream' : 'application/json',
      'content-length': bytes.byteLength,
    }
    return new Promise((resolve, reject) => {
      const startMs = performance.now()
      const call = request(`${box.url}${path}`, { method, agent, headers }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () => {
          const ms = performance.now() - startMs
          const text = Buffer.concat(chunks).toString()
          if (answer.statusCode === 200) resolve({ ms, body: JSON.parse(text) })
          else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`))
        })
      })
      call.on('error', reject)
      call.end(bytes)
    })
  }

  const ask: Sender['ask'] = (doc_name, { digest, sizeBytes }) =>
    timed('POST', '/upload/request', {
      doc_name,
      doc_hash_256: digest,
      file_size: sizeBytes,
      chapter_id: chapter.id,
    })

  return {
    timed,
    ask,
    async store(name, bytes) {
      const { body } = await ask(name, contentOf(bytes))
      const sent = await timed('PUT', body.s3_presigned_url ?? '', bytes)
      const completed = await timed('POST', '/upload/complete', { doc_id: body.doc_id })
      return { sentMs: sent.ms, completedMs: completed.ms }
    },
  }
}

/** Waits until the box has understood everything that lies in it. */
export async function untilQuiet(box: RunningBox): Promise<void> {
  for (;;) {
    await sleep(500)
    const {
      queued = 0,
      running = 0,
      blocked = 0,
    } = await box.json<Record<string, number>>('/api/v1/jobs/stats')
    if (queued + running + blocked === 0) return
  }
}
