import { createHash } from 'node:crypto'

/** A file to send, and its name on the wire. */
export interface Sending {
  name: string
  bytes: Buffer
  /** Whether the sender says beforehand what the digest of the whole is. */
  saysDigest: boolean
}

interface Asked {
  doc_id: string
  status: string
  s3_presigned_url: string | null
  part_size: number | null
  parts: number | null
}

interface Answer {
  status: number
  body: Record<string, unknown>
}

/** More than a hostile way can spoil. */
const MOST_TRIES = 200
const LANES = 3

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/**
 * A script that sends files by the public API as docs/api.md tells: it tries again what had no answer,
 * asks again for an address that is gone, and goes on with the parts that are missing.
 */
export function patientSender(url: string, token: string) {
  const call = async (method: string, path: string, given: RequestInit = {}): Promise<Answer> => {
    const headers = { authorization: `Bearer ${token}`, ...given.headers }
    const answer = await fetch(new URL(path, url), { method, ...given, headers })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const post = (path: string, json: unknown) =>
    call('POST', path, {
      body: JSON.stringify(json),
      headers: { 'content-type': 'application/json' },
    })

  /** Tries until `work` gives something. No answer is as good as a bad one. */
  const insist = async <T>(work: () => Promise<T | undefined>): Promise<T> => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const result = await work().catch(() => undefined)
      if (result !== undefined) return result
    }
    throw new Error(`not done after ${MOST_TRIES} tries`)
  }

  const ask = (file: Sending) =>
    insist(async () => {
      const { status, body } = await post('/upload/request', wishOf(file))
      return status === 200 ? (body as unknown as Asked) : undefined
    })

  const missingOf = (docId: string, parts: number) =>
    insist(async () => {
      const { status, body } = await call('GET', `/upload/${docId}`)
      const there = new Set(body.received_parts as number[])
      return status === 200 ? numbersTo(parts).filter((each) => !there.has(each)) : undefined
    })

  /** One try of each part that is missing, over several connections, in any order. */
  const sendParts = async (file: Sending, asked: Asked) => {
    const size = asked.part_size ?? 0
    const missing = await missingOf(asked.doc_id, asked.parts ?? 0)
    const lane = async () => {
      for (let number = missing.pop(); number !== undefined; number = missing.pop()) {
        const body = new Uint8Array(file.bytes.subarray((number - 1) * size, number * size))
        const headers = { 'x-part-sha256': sha256(body) }
        const path = `${asked.s3_presigned_url}?part=${number}`
        await call('PUT', path, { body, headers }).catch(() => {})
      }
    }
    await Promise.all(Array.from({ length: LANES }, lane))
  }

  const complete = async (docId: string) => {
    const { status, body } = await post('/upload/complete', { doc_id: docId })
    return status === 200 ? String(body.document_id) : undefined
  }

  return {
    /** Begins an upload in parts, and leaves it after one try of each. Returns its id. */
    async leave(file: Sending): Promise<string> {
      const asked = await ask(file)
      await sendParts(file, { ...asked, parts: (asked.parts ?? 1) - 1 })
      return asked.doc_id
    },

    /** Request, bytes or parts, complete. Returns the id of the document. */
    send: (file: Sending): Promise<string> =>
      insist(async () => {
        const asked = await ask(file)
        const body = new Uint8Array(file.bytes)
        if (asked.s3_presigned_url !== null) {
          if (asked.parts !== null) await sendParts(file, asked)
          else await call('PUT', asked.s3_presigned_url, { body }).catch(() => {})
        }
        return complete(asked.doc_id)
      }),

    /** A folder of small files: addresses in one call, and one call each. Returns documents in order. */
    async sendAll(files: readonly Sending[]): Promise<string[]> {
      const done = new Map<Sending, string>()
      return insist(async () => {
        const left = files.filter((file) => !done.has(file))
        const { body } = await post('/api/v1/uploads/batch', { files: left.map(wishOf) })
        const items = body.items as { upload: Asked }[]
        const pairs = left.map((file, index) => ({ file, asked: items[index]?.upload }))
        const lane = async () => {
          for (let pair = pairs.pop(); pair; pair = pairs.pop()) {
            const { file, asked } = pair
            const document = asked && (await storeOne(file, asked).catch(() => undefined))
            if (document !== undefined) done.set(file, document)
          }
        }
        await Promise.all(Array.from({ length: LANES }, lane))
        return done.size === files.length ? files.map((file) => done.get(file) ?? '') : undefined
      })
    },
  }

  async function storeOne(file: Sending, asked: Asked): Promise<string | undefined> {
    if (asked.status === 'UPLOAD_COMPLETE') return complete(asked.doc_id)
    const path = `${asked.s3_presigned_url}?complete=1`
    const { status, body } = await call('PUT', path, { body: new Uint8Array(file.bytes) })
    return status === 200 ? String(body.document_id) : undefined
  }
}

const wishOf = ({ name, bytes, saysDigest }: Sending) => ({
  doc_name: name,
  file_size: bytes.length,
  idempotency_key: `once ${name}`,
  ...(saysDigest && { doc_hash_256: sha256(bytes) }),
})

const numbersTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
