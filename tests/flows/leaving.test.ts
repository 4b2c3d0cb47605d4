import { join } from 'node:path'
import { expect, it } from 'vitest'
import { childTranscriber } from '../../adapters/child/transcriber.ts'
import { geminiEmbedder } from '../../adapters/gemini/embedder.ts'
import { geminiTranscriber } from '../../adapters/gemini/transcriber.ts'
import { getDocument } from '../../core/library/get-document.ts'
import type { Ports } from '../../core/ports/index.ts'
import { search } from '../../core/search/search.ts'
import { makeTinyModel } from '../../scripts/tiny-models.ts'
import { GEMINI_KEY, geminiServer } from '../gemini-server.ts'
import { recording } from '../recording.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { understandingBox } from '../understanding-box.ts'

const MIB = 2 ** 20
const ALPHA = recording([['alpha', 4]])

/** A book that lets its contents leave, one that does not, and a service that hears another word. */
async function box() {
  const on = await understandingBox()
  const server = await geminiServer()
  server.transcript = (fromMs) =>
    JSON.stringify({
      language: 'en',
      segments: [{ start_ms: fromMs, end_ms: fromMs + 900, text: 'elsewhere' }],
    })
  const access = { apiKey: GEMINI_KEY, baseUrl: server.url, timeoutMs: 20_000 }
  const transcriberElsewhere = geminiTranscriber({ ...access, model: 'flash', pollMs: 1 })
  const open = await on.chapter('Open')
  const closed = await on.chapter('Closed')
  const { catalog } = on.ports
  await catalog.library.setMayLeave(open.bookId, true)
  return {
    ...on,
    server,
    access,
    open,
    closed,
    transcriberElsewhere,
    who: on.access,
    async heardBy(digest: string) {
      const row = await catalog.derivations.get(digest as never, 'speech')
      return row?.facts.heardBy
    },
    async left() {
      const { items } = await catalog.journal.auditPage(100)
      return items.filter(({ action }) => action === 'content.left')
    },
  }
}

async function tinyWhisper() {
  const dir = await temporaryFolder()
  const name = await makeTinyModel('speech', dir)
  const parser = join(import.meta.dirname, '../../worker/parse/main.ts')
  return childTranscriber(
    {
      command: [process.execPath, parser],
      limits: { memoryBytes: 700 * MIB, cpuSeconds: 120, wallMs: 120_000 },
    },
    { name, folder: join(dir, name) },
  )
}

it('a recording is heard elsewhere only on account of a book that allows it, and each time is written down', async () => {
  const on = await box()
  const own = await tinyWhisper()
  const changed: Partial<Ports> = {
    transcriber: own,
    transcriberElsewhere: on.transcriberElsewhere,
  }
  const kept = await on.store(on.closed.chapterId, 'kept.wav', ALPHA)
  await on.work(changed)
  expect([on.server.received, await on.left()]).toEqual([[], []])
  expect(await on.heardBy(kept.version.digest)).toBe(own.id)
  expect(await on.found('alpha')).not.toEqual([])

  const bravo = recording([['bravo', 4]])
  const sent = await on.store(on.open.chapterId, 'sent.wav', bravo)
  await on.work(changed)
  expect(on.server.received).toEqual([bravo.byteLength])
  expect(on.server.files.size).toBe(0)
  expect(await on.heardBy(sent.version.digest)).toBe('gemini:flash')
  const entries = await on.left()
  expect(entries).toMatchObject([
    {
      subject: `document:${sent.documentId}`,
      userId: (await on.who()).actor.userId,
      detail: {
        provider: 'gemini:flash',
        what: 'recording',
        bytes: bravo.byteLength,
        book: on.open.bookId,
      },
    },
  ])
  expect(JSON.stringify(entries)).not.toMatch(/elsewhere|[0-9a-f]{64}/)
}, 180_000)

it('what others allow changes nothing for a book that does not, and nothing is sent twice', async () => {
  const on = await box()
  const changed: Partial<Ports> = { transcriberElsewhere: on.transcriberElsewhere }
  await on.store(on.open.chapterId, 'theirs.wav', ALPHA)
  await on.work(changed)
  const [before] = on.server.received
  // The same content in a book that stays in: it replays what was found, and nothing is sent for it.
  await on.store(on.closed.chapterId, 'mine.wav', ALPHA)
  await on.work(changed)
  expect(on.server.received).toEqual([before])
  expect(await on.left()).toHaveLength(1)
  const reader = await on.reader(on.closed.bookId)
  const [hit, ...more] = await on.found('elsewhere', reader)
  expect([hit?.name, more]).toEqual(['mine.wav', []])
  // Who listened would tell them that it was here before.
  const seenBy = async (userId?: string) =>
    (await getDocument(on.ports, await on.who(userId), hit?.documentId ?? '')).details.heardBy
  expect([await seenBy(reader), await seenBy()]).toEqual([undefined, 'gemini:flash'])
}, 120_000)

it('a recording that the service keeps is written down as such', async () => {
  const on = await box()
  on.server.trouble = 'keeps'
  const stored = await on.store(on.open.chapterId, 'sent.wav', ALPHA)
  await on.work({ transcriberElsewhere: on.transcriberElsewhere })
  expect(await on.heardBy(stored.version.digest)).toBe('gemini:flash')
  const { items } = await on.ports.catalog.journal.auditPage(100)
  expect(items.find(({ action }) => action === 'content.remains')).toMatchObject({
    subject: `document:${stored.documentId}`,
    detail: {
      provider: 'gemini:flash',
      what: 'recording',
      book: on.open.bookId,
      reason: 'GEMINI_KEY',
    },
  })
}, 120_000)

it('the model of the box stands in while the service is away, and the result says who listened', async () => {
  const on = await box()
  const own = await tinyWhisper()
  on.server.trouble = 'away'
  const stored = await on.store(on.open.chapterId, 'sent.wav', ALPHA)
  await on.work({ transcriber: own, transcriberElsewhere: on.transcriberElsewhere })
  expect(await on.heardBy(stored.version.digest)).toBe(own.id)
  expect(await on.found('alpha')).not.toEqual([])
  expect(await on.left()).toHaveLength(1)
}, 180_000)

it('texts and questions are embedded elsewhere only while every book allows it', async () => {
  const on = await box()
  const embedder = geminiEmbedder({ ...on.access, model: 'embedding', dimension: 384 })
  const { catalog } = on.ports
  await catalog.library.setMayLeave(on.closed.bookId, true)
  await catalog.spaces.build('text', embedder.space, 1)
  const stored = await on.store(on.open.chapterId, 'plan.txt', 'The cooling loop is inspected.')
  const ports = { ...on.ports, embedder }
  await on.work({ embedder })
  expect(on.server.embedded.flatMap(({ texts }) => texts)).toEqual([
    'The cooling loop is inspected.',
  ])
  const wish = { text: 'cooling inspection', sort: 'best', limit: 5 } as const
  await search(ports, await on.who(), wish)
  expect(await on.left()).toMatchObject([
    { subject: 'box', detail: { what: 'question', bytes: 18 } },
    { subject: `document:${stored.documentId}`, detail: { what: 'text', bytes: 30 } },
  ])
  await catalog.library.setMayLeave(on.closed.bookId, false)
  const asked = on.server.embedded.length
  const { hits, degraded } = await search(ports, await on.who(), wish)
  expect(hits.map(({ name }) => name)).toEqual(['plan.txt'])
  expect(degraded?.message).toContain('outside of the house')
  await on.store(on.open.chapterId, 'more.txt', 'Pumps and valves.')
  await on.work({ embedder })
  expect(on.server.embedded).toHaveLength(asked)
}, 120_000)
