import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Segment } from '../../core/ports/index.ts'
import { embedderContract } from '../../tests/contracts/embedder.ts'
import { transcriberContract } from '../../tests/contracts/transcriber.ts'
import { GEMINI_KEY, type GeminiServer, geminiServer } from '../../tests/gemini-server.ts'
import { openFile } from '../../tests/open-file.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { geminiEmbedder } from './embedder.ts'
import { geminiTranscriber } from './transcriber.ts'

const MINUTE = 60_000

const embedderOf = ({ url }: GeminiServer, apiKey = GEMINI_KEY) =>
  geminiEmbedder({
    apiKey,
    model: 'gemini-embedding-001',
    baseUrl: url,
    timeoutMs: 20_000,
    dimension: 384,
  })

const transcriberOf = ({ url }: GeminiServer, apiKey = GEMINI_KEY) =>
  geminiTranscriber({
    apiKey,
    model: 'gemini-flash-latest',
    baseUrl: url,
    timeoutMs: 20_000,
    pollMs: 1,
  })

async function recordingOf(sizeBytes = 1000) {
  const path = join(await temporaryFolder(), 'recording.mp3')
  await writeFile(path, Buffer.alloc(sizeBytes, 7))
  return openFile(path)
}

async function hear(server: GeminiServer, durationMs: number, sizeBytes?: number) {
  const told: { segments: Segment[]; untilMs: number }[] = []
  const listening = { fromMs: 0, durationMs, mediaType: 'audio/mpeg' }
  const end = await transcriberOf(server).transcribe(
    await recordingOf(sizeBytes),
    listening,
    new AbortController().signal,
    async (segments, untilMs) => void told.push({ segments, untilMs }),
  )
  return { told, end }
}

embedderContract('gemini', async () => embedderOf(await geminiServer()))

transcriberContract('gemini', async () => ({
  transcriber: transcriberOf(await geminiServer()),
  recording: await recordingOf(),
  durationMs: 4 * MINUTE,
  mediaType: 'audio/mpeg',
}))

it('asks for the task and the dimension, a hundred texts a call', async () => {
  const server = await geminiServer()
  const embedder = embedderOf(server)
  expect(embedder.leavesTheHouse).toBe(true)
  await embedder.embed(Array.from({ length: 130 }, (_, i) => `text ${i}`))
  await embedder.embed(['what', ' '], 'query')
  expect(
    server.embedded.map(({ texts, task, dimension }) => [texts.length, task, dimension]),
  ).toEqual([
    [100, 'RETRIEVAL_DOCUMENT', 384],
    [30, 'RETRIEVAL_DOCUMENT', 384],
    [1, 'RETRIEVAL_QUERY', 384],
  ])
})

it('sends a recording once, whole, in parts where it is large, and removes it at the end', async () => {
  const server = await geminiServer()
  const sizeBytes = 9 * 1024 * 1024 + 5
  const { told, end } = await hear(server, 25 * MINUTE, sizeBytes)
  expect(server.received).toEqual([sizeBytes])
  expect(server.files.size).toBe(0)
  expect(told.map(({ untilMs }) => untilMs)).toEqual([10 * MINUTE, 20 * MINUTE, 25 * MINUTE])
  expect(told.flatMap(({ segments }) => segments)).toHaveLength(25)
  expect(end).toEqual({ language: 'en' })
  expect(server.prompts[1]).toContain('from 600000 to 1200000')
})

it('does not pay for hours that cannot be in a file of a few bytes', async () => {
  const server = await geminiServer()
  const { told, end } = await hear(server, 31 * 24 * 60 * MINUTE, 1000)
  expect(told.map(({ untilMs }) => untilMs)).toEqual([600_000, 1_000_000])
  expect(end).toEqual({ language: 'en', endMs: 1_000_000 })
})

it('trusts no answer: what is outside of the window or says nothing is left out', async () => {
  const server = await geminiServer()
  server.transcript = () =>
    JSON.stringify({
      language: 'ENGLISH',
      segments: [
        { start_ms: 5000, end_ms: 6000, text: 'second ' },
        { start_ms: -50, end_ms: 900.4, text: 'first' },
        { start_ms: 7000, end_ms: 7000, text: 'never' },
        { start_ms: 90_000, end_ms: 95_000, text: 'after the end' },
        { start_ms: 50_000, end_ms: 99_000, text: 'to the end' },
        { start_ms: 1, end_ms: 2, text: '  ' },
      ],
    })
  const { told, end } = await hear(server, MINUTE)
  expect(end).toEqual({})
  expect(told[0]?.segments).toEqual([
    { startMs: 0, endMs: 900, text: 'first' },
    { startMs: 5000, endMs: 6000, text: 'second' },
    { startMs: 50_000, endMs: MINUTE, text: 'to the end' },
  ])
})

it('refuses an answer that is no transcript, and removes the recording all the same', async () => {
  const server = await geminiServer()
  for (const answer of [
    'Sorry, I cannot.',
    '{"segments": "none"}',
    '{"segments": [{"text": 1}]}',
  ]) {
    server.transcript = () => answer
    await expect(hear(server, MINUTE), answer).rejects.toMatchObject({
      code: 'unavailable',
      reason: 'GEMINI_ANSWER',
    })
    expect(server.files.size).toBe(0)
  }
})

it('says what is wrong where it does not answer, is busy, or knows neither key nor recording', async () => {
  const server = await geminiServer()
  const wrong = expect.objectContaining({ code: 'unavailable', reason: 'GEMINI_KEY' })
  await expect(embedderOf(server, 'guessed').embed(['text'])).rejects.toEqual(wrong)
  server.trouble = 'unreadable'
  await expect(hear(server, MINUTE)).rejects.toMatchObject({ reason: 'GEMINI_REFUSED' })
  expect(server.files.size).toBe(0)
  server.trouble = 'busy'
  await expect(hear(server, MINUTE)).rejects.toMatchObject({ code: 'rate_limited' })
  server.trouble = 'away'
  await expect(hear(server, MINUTE)).rejects.toMatchObject({ reason: 'GEMINI_AWAY' })
})

it('tells nobody its key', async () => {
  const server = await geminiServer()
  server.trouble = 'busy'
  const failure = await embedderOf(server)
    .embed(['text'])
    .catch((error: unknown) => error)
  const { inspect } = await import('node:util')
  expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain(GEMINI_KEY)
})
