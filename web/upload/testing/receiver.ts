import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SendBody } from '../wire.ts'
import { rethrowAsNetwork } from '../wire.ts'

/** What the receiver answers instead of doing its work; undefined lets it work, now or later. */
export type Trouble = (call: Call) => Outcome | Promise<Outcome>

type Outcome = Answer | 'hang_up' | undefined

export interface Call {
  kind: 'request' | 'put' | 'state' | 'complete'
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
  const state = { calls: [] as Call[], maxBodies: 0, bodies: 0 }
  const received = new Map<string, string>()
  const stored: string[] = []
  const names = new Map<string, string>()
  const told = new Map<string, number>()
  const parts = new Map<string, Map<number, Buffer>>()
  const partsOf = (id: string) => parts.get(id) ?? parts.set(id, new Map()).get(id)!

  const work = (call: Call, id: string, name: string): Answer => {
    if (call.kind === 'put') return { status: 200, body: { status: 'UPLOAD_RECEIVED' } }
    if (call.kind === 'state') {
      return { status: 200, body: { doc_id: id, received_parts: [...partsOf(id).keys()] } }
    }
    if (call.kind === 'complete') {
      stored.push(name)
      if (parts.has(id)) received.set(name, sha256(inOrder(partsOf(id))))
      return {
        status: 200,
        body: { status: 'UPLOAD_COMPLETE', document_id: `document of ${name}` },
      }
    }
    const key = String(call.body.idempotency_key)
    names.set(key, name)
    const goesWhole = Number(call.body.file_size) <= partBytes
    return {
      status: 200,
      body: {
        doc_id: key,
        status: 'UPLOAD_URL_GENERATED',
        s3_presigned_url: `/u/${key}`,
        part_size: goesWhole ? null : partBytes,
      },
    }
  }

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const isPut = request.method === 'PUT'
    if (isPut) state.maxBodies = Math.max(state.maxBodies, ++state.bodies)
    const bytes = await readAll(request)
    const { pathname, searchParams } = new URL(request.url!, 'http://receiver')
    const part = searchParams.has('part') ? Number(searchParams.get('part')) : undefined
    const body = request.method === 'POST' ? JSON.parse(bytes.toString()) : { part }
    const kind = kindOf(request.method!, pathname)
    const id = body.doc_id ?? pathname.split('/').at(-1)
    const name = kind === 'request' ? body.doc_name : names.get(id)!
    const before = told.get(kind + name) ?? 0
    told.set(kind + name, before + 1)
    const call: Call = { kind, body: { ...body, name }, before }
    state.calls.push(call)
    const answer = (await trouble(call)) ?? work(call, id, name)
    if (isPut) state.bodies--
    if (answer === 'hang_up') return request.socket.destroy()
    if (isPut && answer.status === 200) {
      if (part === undefined) received.set(name, sha256(bytes))
      else partsOf(id).set(part, bytes)
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
    response.end(JSON.stringify(answer.body))
  }

  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    calls: state.calls,
    get maxBodies() {
      return state.maxBodies
    },
    received,
    stored,
    parts: (name) =>
      [...parts].flatMap(([id, each]) => (names.get(id) === name ? [...each.keys()] : [])),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function kindOf(method: string, path: string): Call['kind'] {
  if (method === 'PUT') return 'put'
  if (method === 'GET') return 'state'
  return path === '/upload/request' ? 'request' : 'complete'
}

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
