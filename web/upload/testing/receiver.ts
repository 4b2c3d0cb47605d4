import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { rethrowAsNetwork } from '../answers.ts'
import type { SendBody } from '../wire.ts'

/** What the receiver answers instead of doing its work; undefined lets it work, now or later. */
export type Trouble = (call: Call) => Outcome | Promise<Outcome>

type Outcome = Answer | 'hang_up' | undefined

/** What was asked of the receiver; a call that does several things counts as each of them. */
export interface Call {
  kind: 'request' | 'put' | 'state' | 'complete' | 'check' | 'cancel'
  body: Record<string, unknown>
  /** How many calls of this kind for this document name came before. */
  before: number
}

interface Answer {
  status: number
  body: Record<string, unknown>
  headers?: Record<string, string>
}

/** A small HTTP server that speaks the upload calls, and what arrived there. */
export interface Receiver {
  origin: string
  calls: Call[]
  /** Highest number of bodies on the wire at the same time. */
  maxBodies: number
  /** How many calls over HTTP of each method and path without its last part. */
  hits: Map<string, number>
  /** SHA-256 of the bytes received, by document name. */
  received: Map<string, string>
  stored: string[]
  /** Numbers of the parts received, by document name. */
  parts(name: string): number[]
  close(): Promise<void>
}

/** @param partBytes files above this are asked for in parts */
export async function receiver(
  trouble: Trouble = () => undefined,
  partBytes = Number.POSITIVE_INFINITY,
): Promise<Receiver> {
  const shelf = newShelf(trouble, partBytes)
  const state = { bodies: 0, maxBodies: 0 }
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const isPut = request.method === 'PUT'
    if (isPut) state.maxBodies = Math.max(state.maxBodies, ++state.bodies)
    const bytes = await readAll(request)
    const url = new URL(request.url ?? '', 'http://receiver')
    const hit = `${request.method} ${url.pathname.replace(/^\/(u|upload)\/[0-9a-f]{32}$/, '/$1/…')}`
    shelf.hits.set(hit, (shelf.hits.get(hit) ?? 0) + 1)
    const outcome = await shelf.answer(request.method ?? '', url, bytes)
    if (isPut) state.bodies--
    if (outcome === 'hang_up') return request.socket.destroy()
    response.writeHead(outcome.status, { 'content-type': 'application/json', ...outcome.headers })
    response.end(outcome.status === 204 ? undefined : JSON.stringify(outcome.body))
  }

  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    ...shelf,
    origin: `http://127.0.0.1:${port}`,
    get maxBodies() {
      return state.maxBodies
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

type Reply = Answer | 'hang_up'

/** What was received, and how each call is answered. */
function newShelf(trouble: Trouble, partBytes: number) {
  const calls: Call[] = []
  const received = new Map<string, string>()
  const stored: string[] = []
  const names = new Map<string, string>()
  const parts = new Map<string, Map<number, Buffer>>()
  const digests = new Map<string, string>()
  const asked = noting(calls, trouble)
  const partsOf = (id: string) => parts.get(id) ?? parts.set(id, new Map()).get(id)!

  const request = async (body: Record<string, unknown>): Promise<Reply> => {
    const [id, name] = [String(body.idempotency_key), String(body.doc_name)]
    const outcome = await asked('request', name, body)
    if (outcome) return outcome
    names.set(id, name)
    digests.set(name, String(body.doc_hash_256))
    const fields = { doc_id: id, status: 'UPLOAD_URL_GENERATED', s3_presigned_url: `/u/${id}` }
    const goesWhole = Number(body.file_size) <= partBytes
    return ok({ ...fields, part_size: goesWhole ? null : partBytes })
  }
  const complete = async (id: string): Promise<Reply> => {
    const name = names.get(id) ?? ''
    const outcome = await asked('complete', name, {})
    if (outcome) return outcome
    stored.push(name)
    if (parts.has(id)) received.set(name, sha256(inOrder(partsOf(id))))
    return ok({ status: 'UPLOAD_COMPLETE', document_id: `document of ${name}` })
  }
  const put = async (id: string, query: URLSearchParams, bytes: Buffer): Promise<Reply> => {
    const name = names.get(id) ?? ''
    const part = query.has('part') ? Number(query.get('part')) : undefined
    const outcome = await asked('put', name, { part })
    if (outcome) return outcome
    if (part === undefined) received.set(name, sha256(bytes))
    else partsOf(id).set(part, bytes)
    return query.has('complete') ? complete(id) : ok({ status: 'UPLOAD_RECEIVED' })
  }
  const state = async (id: string): Promise<Reply> =>
    (await asked('state', names.get(id) ?? '', {})) ??
    ok({ doc_id: id, received_parts: [...partsOf(id).keys()] })
  const check = async (sha256s: string[]): Promise<Reply> => {
    const outcome = await asked('check', '', { sha256s })
    const named = (digest: string) => stored.filter((name) => digests.get(name) === digest)
    const items = sha256s.map((digest) => ({
      document_ids: named(digest).map((name) => `document of ${name}`),
    }))
    return outcome ?? ok({ items })
  }
  const partNumbers = (name: string) =>
    [...parts].flatMap(([id, each]) => (names.get(id) === name ? [...each.keys()] : []))
  const cancel = async (id: string): Promise<Reply> => {
    parts.delete(id)
    return (await asked('cancel', names.get(id) ?? '', {})) ?? { status: 204, body: {} }
  }
  const answer = answering({ request, complete, put, state, check, cancel })
  return { calls, received, stored, hits: new Map<string, number>(), parts: partNumbers, answer }
}

/** Notes a call and gives the test its say. */
function noting(calls: Call[], trouble: Trouble) {
  const told = new Map<string, number>()
  return async (kind: Call['kind'], name: string, body: Record<string, unknown>) => {
    const before = told.get(kind + name) ?? 0
    told.set(kind + name, before + 1)
    const call: Call = { kind, body: { ...body, name }, before }
    calls.push(call)
    return trouble(call)
  }
}

interface Work {
  request(body: Record<string, unknown>): Promise<Reply>
  complete(id: string): Promise<Reply>
  put(id: string, query: URLSearchParams, bytes: Buffer): Promise<Reply>
  state(id: string): Promise<Reply>
  cancel(id: string): Promise<Reply>
  check(sha256s: string[]): Promise<Reply>
}

const answering =
  (work: Work) =>
  async (method: string, { pathname, searchParams }: URL, bytes: Buffer): Promise<Reply> => {
    const id = pathname.split('/').at(-1) ?? ''
    if (method === 'PUT') return work.put(id, searchParams, bytes)
    if (method === 'GET') return work.state(id)
    if (method === 'DELETE') return work.cancel(id)
    const body = JSON.parse(bytes.toString())
    if (pathname === '/upload/complete') return work.complete(body.doc_id)
    if (pathname === '/api/v1/assets/check-by-hash') return work.check(body.sha256s)
    if (pathname === '/api/v1/uploads/batch') return batch(work.request, body.files)
    return work.request(body)
  }

async function batch(
  request: (body: Record<string, unknown>) => Promise<Reply>,
  files: Record<string, unknown>[],
): Promise<Reply> {
  const items: Record<string, unknown>[] = []
  for (const file of files) {
    const answer = await request(file)
    if (answer === 'hang_up') return answer
    const isGood = answer.status === 200
    const problem = { status: answer.status, ...answer.body }
    items.push({ upload: isGood ? answer.body : null, problem: isGood ? null : problem })
  }
  return ok({ items })
}

const ok = (body: Record<string, unknown>): Answer => ({ status: 200, body })

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

const inOrder = (parts: Map<number, Buffer>) =>
  Buffer.concat([...parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes))

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Sends bodies with fetch, where there is no XMLHttpRequest; progress comes at the end. */
export const fetchBody: SendBody = async (url, { file, headers = {}, onSent, signal }) => {
  const request = { method: 'PUT', body: file, headers, signal }
  const answer = await fetch(url, request).catch(rethrowAsNetwork)
  onSent(file.size)
  const text = await answer.text().catch(rethrowAsNetwork)
  return { status: answer.status, text, retryAfter: answer.headers.get('retry-after') }
}
