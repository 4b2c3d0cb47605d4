import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SendBody } from '../wire.ts'
import { rethrowAsNetwork } from '../wire.ts'

/** What the receiver answers instead of doing its work; undefined lets it work, now or later. */
export type Trouble = (call: Call) => Outcome | Promise<Outcome>

type Outcome = Answer | 'hang_up' | undefined

export interface Call {
  kind: 'request' | 'put' | 'complete'
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
  close(): Promise<void>
}

export async function receiver(trouble: Trouble = () => undefined): Promise<Receiver> {
  const state = { calls: [] as Call[], maxBodies: 0, bodies: 0 }
  const received = new Map<string, string>()
  const stored: string[] = []
  const names = new Map<string, string>()
  const told = new Map<string, number>()

  const work = (call: Call, name: string): Answer => {
    if (call.kind === 'put') return { status: 200, body: { status: 'UPLOAD_RECEIVED' } }
    if (call.kind === 'complete') {
      stored.push(name)
      return {
        status: 200,
        body: { status: 'UPLOAD_COMPLETE', document_id: `document of ${name}` },
      }
    }
    const id = String(call.body.idempotency_key)
    names.set(id, name)
    const url = `/u/${id}`
    return {
      status: 200,
      body: { doc_id: id, status: 'UPLOAD_URL_GENERATED', s3_presigned_url: url },
    }
  }

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const isPut = request.method === 'PUT'
    if (isPut) state.maxBodies = Math.max(state.maxBodies, ++state.bodies)
    const bytes = await readAll(request)
    const body = isPut ? {} : JSON.parse(bytes.toString())
    const kind = isPut ? 'put' : request.url === '/upload/request' ? 'request' : 'complete'
    const id = isPut ? request.url!.slice(3) : body.doc_id
    const name = kind === 'request' ? body.doc_name : names.get(id)!
    const before = told.get(kind + name) ?? 0
    told.set(kind + name, before + 1)
    const call: Call = { kind, body: { ...body, name }, before }
    state.calls.push(call)
    const answer = (await trouble(call)) ?? work(call, name)
    if (isPut) state.bodies--
    if (answer === 'hang_up') return request.socket.destroy()
    if (isPut && answer.status === 200) {
      received.set(name, createHash('sha256').update(bytes).digest('hex'))
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
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Sends bodies with fetch, where there is no XMLHttpRequest; progress comes at the end. */
export const fetchBody: SendBody = async (url, { file, onSent, signal }) => {
  const answer = await fetch(url, { method: 'PUT', body: file, signal }).catch(rethrowAsNetwork)
  onSent(file.size)
  const text = await answer.text().catch(rethrowAsNetwork)
  return { status: answer.status, text, retryAfter: answer.headers.get('retry-after') }
}
