import { builtinEmbedder } from '../adapters/builtin/embedder.ts'
import { type Call, json, localService } from './local-service.ts'

/** An Ollama as it speaks, with what a test may change while it runs. */
export interface OllamaServer {
  url: string
  /** Names with their tag, and the digest of what stands behind. */
  models: Map<string, string>
  /** Texts of each call of `/api/embed`. */
  embedded: string[][]
  /** Answers instead of the usual; `hang` says nothing at all. */
  trouble: 'none' | 'hang' | 'fail' | 'short' | 'other size' | 'redirect'
  /** What a pull ends with. */
  pullEnds: 'success' | 'error'
}

export const OLLAMA_MODEL = 'nomic-embed-text'
const DIGEST = 'a'.repeat(64)

/** Speaks what the server's documentation says of `/`, version, tags, embed and pull. */
export async function ollamaServer(): Promise<OllamaServer> {
  const server: OllamaServer = {
    url: '',
    models: new Map([[`${OLLAMA_MODEL}:latest`, DIGEST]]),
    embedded: [],
    trouble: 'none',
    pullEnds: 'success',
  }
  server.url = await localService(async (call) => {
    const { trouble } = server
    if (trouble === 'hang') return
    if (trouble === 'fail') return json(call.reply, 500, { error: 'llama runner has terminated' })
    if (trouble === 'redirect') {
      call.reply.writeHead(307, { location: 'http://192.0.2.1/' }).end()
      return
    }
    await ROUTES[`${call.method} ${call.path}`]?.(server, call)
    if (!call.reply.headersSent) json(call.reply, 404, { error: 'not found' })
  })
  return server
}

type Route = (server: OllamaServer, call: Call) => void | Promise<void>

const ROUTES: Record<string, Route> = {
  'GET /': (_, { reply }) => {
    reply.end('Ollama is running')
  },
  'GET /api/version': (_, { reply }) => json(reply, 200, { version: '0.13.5' }),
  'GET /api/tags': ({ models }, { reply }) =>
    json(reply, 200, {
      models: [...models].map(([name, digest]) => ({ name, model: name, digest, size: 1 })),
    }),
  async 'POST /api/embed'(server, { body, reply }) {
    const { model, input } = JSON.parse(body.toString()) as { model: string; input: string[] }
    const name = model.includes(':') ? model : `${model}:latest`
    if (!server.models.has(name)) {
      return json(reply, 404, { error: `model "${model}" not found, try pulling it first` })
    }
    server.embedded.push(input)
    const vectors = await builtinEmbedder().embed(input.map((text) => text.replace(/^\w+: /, '')))
    const cut = server.trouble === 'short' ? vectors.slice(1) : vectors
    const length = server.trouble === 'other size' ? 7 : undefined
    // Not of length 1: some models' are not.
    const embeddings = cut.map((vector) =>
      Array.from(vector.slice(0, length), (value) => value * 3),
    )
    json(reply, 200, { model, embeddings, total_duration: 1, load_duration: 1 })
  },
  'POST /api/pull'(server, { body, reply }) {
    const { name, model = name } = JSON.parse(body.toString()) as { name?: string; model?: string }
    reply.writeHead(200, { 'content-type': 'application/x-ndjson' })
    const line = (value: object) => reply.write(`${JSON.stringify(value)}\n`)
    line({ status: 'pulling manifest' })
    const digest = `sha256:${'b'.repeat(64)}`
    for (const completed of [10, 60, 100])
      line({ status: 'pulling', digest, total: 100, completed })
    if (server.pullEnds === 'error') line({ error: 'no space left on device' })
    else line({ status: 'success' })
    if (server.pullEnds === 'success') server.models.set(`${model}:latest`, 'b'.repeat(64))
    reply.end()
  },
}
