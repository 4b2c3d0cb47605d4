import { expect, it } from 'vitest'
import { embedderContract } from '../../tests/contracts/embedder.ts'
import { OLLAMA_MODEL, type OllamaServer, ollamaServer } from '../../tests/ollama-server.ts'
import { ollamaEmbedder } from './embedder.ts'
import { ollamaPull, ollamaStatus } from './server.ts'

const accessTo = ({ url }: OllamaServer, timeoutMs = 20_000) =>
  ({ url, network: 'house', timeoutMs }) as const
const open = (server: OllamaServer, timeoutMs?: number) =>
  ollamaEmbedder({ ...accessTo(server, timeoutMs), model: OLLAMA_MODEL })

embedderContract('ollama', async () => open(await ollamaServer()))

it('names its space after the model, what stands behind it, and the dimension', async () => {
  const server = await ollamaServer()
  expect((await open(server)).space).toEqual({
    id: 'ollama_nomic_embed_text_aaaaaaaaaaaa_384',
    model: 'ollama:nomic-embed-text@aaaaaaaaaaaa',
    dimension: 384,
    pooling: 'none',
  })
  server.models.set(`${OLLAMA_MODEL}:latest`, `sha256:${'c'.repeat(64)}`)
  expect((await open(server)).space.id).toBe('ollama_nomic_embed_text_cccccccccccc_384')
  const before = ollamaEmbedder({
    ...accessTo(server),
    model: OLLAMA_MODEL,
    digest: 'aaaaaaaaaaaa',
  })
  await expect(before).rejects.toMatchObject({ reason: 'OLLAMA_MODEL_CHANGED' })
})

it('sends many texts in batches, with the prompt that the model is trained with', async () => {
  const server = await ollamaServer()
  const embedder = await open(server)
  server.embedded = []
  await embedder.embed(Array.from({ length: 40 }, (_, i) => `text ${i}`))
  await embedder.embed(['what'], 'query')
  expect(server.embedded.map(({ length }) => length)).toEqual([16, 16, 8, 1])
  expect(server.embedded[0]?.[0]).toBe('search_document: text 0')
  expect(server.embedded[3]).toEqual(['search_query: what'])
})

it('is unavailable, and for a while only, when the server hangs, fails or answers nonsense', async () => {
  const server = await ollamaServer()
  const embedder = await open(server, 300)
  for (const trouble of ['hang', 'fail', 'short', 'other size', 'redirect'] as const) {
    server.trouble = trouble
    await expect(embedder.embed(['text']), trouble).rejects.toMatchObject({
      code: 'unavailable',
      reason: expect.stringMatching(/^OLLAMA_(AWAY|ANSWER|REFUSED)$/),
    })
  }
  server.trouble = 'none'
  expect(await embedder.embed(['text'])).toHaveLength(1)
})

it('says which command brings a model that is not there', async () => {
  const server = await ollamaServer()
  const opened = ollamaEmbedder({ ...accessTo(server), model: 'all-minilm' })
  await expect(opened).rejects.toMatchObject({ code: 'unavailable', reason: 'NO_MODEL' })
  const lines: string[] = []
  await ollamaPull(accessTo(server), 'all-minilm', ({ status, doneBytes, totalBytes }) =>
    lines.push(`${status} ${doneBytes}/${totalBytes}`),
  )
  expect(lines).toEqual([
    'pulling manifest 0/0',
    'pulling 10/100',
    'pulling 60/100',
    'pulling 100/100',
    'success 100/100',
  ])
  const embedder = await ollamaEmbedder({ ...accessTo(server), model: 'all-minilm' })
  expect(embedder.space.id).toContain('bbbbbbbbbbbb')
  expect(await ollamaStatus(accessTo(server))).toEqual({
    version: '0.13.5',
    models: ['all-minilm:latest', 'nomic-embed-text:latest'],
  })
})

it('says why a model was not fetched', async () => {
  const server = await ollamaServer()
  server.pullEnds = 'error'
  await expect(ollamaPull(accessTo(server), 'all-minilm', () => {})).rejects.toMatchObject({
    code: 'unavailable',
    reason: 'OLLAMA_PULL',
    message: expect.stringContaining('no space left on device'),
  })
})

it('sends nothing out of the house unless it is told to', async () => {
  for (const url of ['http://192.0.2.1:1', 'http://169.254.169.254', 'http://[2001:db8::1]:1']) {
    const opened = ollamaEmbedder({ url, network: 'house', timeoutMs: 200, model: 'm' })
    await expect(opened, url).rejects.toMatchObject({ reason: 'OLLAMA_ADDRESS' })
  }
  const told = ollamaEmbedder({
    url: 'http://127.0.0.1:1',
    network: 'any',
    timeoutMs: 200,
    model: 'm',
  })
  await expect(told).rejects.toMatchObject({ code: 'unavailable', reason: 'OLLAMA_AWAY' })
})
