import { builtinEmbedder } from '../adapters/builtin/embedder.ts'
import { type Call, json, localService } from './local-service.ts'

/** What of Gemini's protocol is used here, with what a test may change and look at. */
export interface GeminiServer {
  url: string
  /** Files that it has now, by name. */
  files: Map<string, { bytes: Buffer; mimeType: string; looks: number }>
  /** Sizes of all files that ever came. */
  received: number[]
  /** Prompts of each `generateContent`. */
  prompts: string[]
  /** Texts of each `batchEmbedContents`, with the task and the dimension that were asked for. */
  embedded: { texts: string[]; task: string; dimension: number }[]
  /** What is said in each second of every recording, for the window of a prompt. */
  transcript: (fromMs: number, untilMs: number) => string
  trouble: 'none' | 'away' | 'busy' | 'unreadable' | 'keeps'
}

export const GEMINI_KEY = 'test-key-that-is-nobodys'

/** One sentence a minute, in the shape that is asked for. */
const spoken = (fromMs: number, untilMs: number): string => {
  const segments = []
  for (let at = fromMs; at < untilMs; at += 60_000) {
    segments.push({
      start_ms: at,
      end_ms: Math.min(at + 2_000, untilMs),
      text: `minute ${at / 60_000}`,
    })
  }
  return JSON.stringify({ language: 'en', segments })
}

/** Resumable upload, files, generateContent and batchEmbedContents, as the provider documents them. */
export async function geminiServer(): Promise<GeminiServer> {
  const server: GeminiServer = {
    url: '',
    files: new Map(),
    received: [],
    prompts: [],
    embedded: [],
    transcript: spoken,
    trouble: 'none',
  }
  server.url = await localService(async (call) => {
    if (server.trouble === 'away') return call.reply.socket?.destroy() as undefined
    if (server.trouble === 'busy') return error(call, 429, 'RESOURCE_EXHAUSTED')
    if (call.headers['x-goog-api-key'] !== GEMINI_KEY && !call.path.startsWith('/put/')) {
      return error(call, 403, 'PERMISSION_DENIED')
    }
    const route = ROUTES.find(([method, path]) => method === call.method && path.test(call.path))
    if (route) await route[2](server, call)
    else error(call, 404, 'NOT_FOUND')
  })
  return server
}

const error = ({ reply }: Call, code: number, status: string) =>
  json(reply, code, { error: { code, message: `${status} as the provider says it`, status } })

const fileOut = (server: GeminiServer, name: string) => ({
  name,
  uri: `${server.url}/v1beta/${name}`,
  mimeType: server.files.get(name)?.mimeType,
  state:
    server.trouble === 'unreadable'
      ? 'FAILED'
      : (server.files.get(name)?.looks ?? 0) > 1
        ? 'ACTIVE'
        : 'PROCESSING',
})

type Route = (server: GeminiServer, call: Call) => void | Promise<void>

const ROUTES: [method: string, path: RegExp, Route][] = [
  [
    'POST',
    /^\/upload\/v1beta\/files/,
    (server, { body, reply, headers }) => {
      const { file } = JSON.parse(body.toString()) as { file: { mimeType: string } }
      const name = `files/f${server.received.length + server.files.size}`
      const mimeType = String(headers['x-goog-upload-header-content-type'] ?? file.mimeType)
      server.files.set(name, { bytes: Buffer.alloc(0), mimeType, looks: 0 })
      reply.writeHead(200, { 'x-goog-upload-url': `${server.url}/put/${name}` }).end()
    },
  ],
  [
    'POST',
    /^\/put\/files\//,
    (server, { path, body, headers, reply }) => {
      const name = path.slice('/put/'.length)
      const file = server.files.get(name)
      if (!file || Number(headers['x-goog-upload-offset']) !== file.bytes.length) {
        reply.writeHead(400).end()
        return
      }
      file.bytes = Buffer.concat([file.bytes, body])
      const isLast = String(headers['x-goog-upload-command']).includes('finalize')
      reply.setHeader('x-goog-upload-status', isLast ? 'final' : 'active')
      if (!isLast) return void reply.writeHead(200).end()
      server.received.push(file.bytes.length)
      json(reply, 200, { file: fileOut(server, name) })
    },
  ],
  [
    'GET',
    /^\/v1beta\/files\//,
    (server, { path, reply }) => {
      const name = path.slice('/v1beta/'.length)
      const file = server.files.get(name)
      if (file) file.looks++
      json(reply, 200, fileOut(server, name))
    },
  ],
  [
    'DELETE',
    /^\/v1beta\/files\//,
    (server, call) => {
      if (server.trouble === 'keeps') return error(call, 403, 'PERMISSION_DENIED')
      server.files.delete(call.path.slice('/v1beta/'.length))
      json(call.reply, 200, {})
    },
  ],
  [
    'POST',
    /:generateContent/,
    (server, { body, reply }) => {
      const { contents } = JSON.parse(body.toString()) as {
        contents: { parts: { text?: string; fileData?: { fileUri: string } }[] }[]
      }
      const [file, prompt] = contents[0]?.parts ?? []
      const isKnown = [...server.files.keys()].some((name) =>
        file?.fileData?.fileUri.endsWith(name),
      )
      server.prompts.push(prompt?.text ?? '')
      const [, from, until] = /from (\d+) to (\d+)/.exec(prompt?.text ?? '') ?? []
      const text = isKnown ? server.transcript(Number(from), Number(until)) : 'What recording?'
      json(reply, 200, { candidates: [{ content: { role: 'model', parts: [{ text }] } }] })
    },
  ],
  [
    'POST',
    /:batchEmbedContents/,
    async (server, { body, reply }) => {
      const { requests } = JSON.parse(body.toString()) as { requests: EmbedRequest[] }
      const texts = requests.map(({ content }) => content.parts.map(({ text }) => text).join(''))
      const { taskType: task = '', outputDimensionality: dimension = 0 } = requests[0] ?? {}
      server.embedded.push({ texts, task, dimension })
      const vectors = await builtinEmbedder().embed(texts)
      // Less than the model's own dimension comes unnormalised.
      const embeddings = vectors.map((vector) => ({
        values: Array.from(vector, (value) => value * 2),
      }))
      json(reply, 200, { embeddings })
    },
  ],
]

interface EmbedRequest {
  content: { parts: { text: string }[] }
  taskType?: string
  outputDimensionality?: number
}
