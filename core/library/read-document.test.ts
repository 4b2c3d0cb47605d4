import { expect, it } from 'vitest'
import { libraryBox, once } from '../../tests/library-box.ts'
import { ingestFile } from '../ingest/ingest-file.ts'
import { settleArrivals } from '../ingest/settle.ts'
import { storeDerived } from '../ingest/store-derived.ts'
import type { Extraction } from '../ports/index.ts'
import { listBooks } from './books.ts'
import { documentText } from './document-text.ts'
import { getDocument } from './get-document.ts'
import { findSubjects } from './grants.ts'
import { openDocument, openVersion } from './open-version.ts'
import { openPreview } from './preview.ts'

const EXTRACTION: Extraction = {
  parts: Array.from({ length: 450 }, (_, i) => ({
    text: `page ${i + 1}`,
    locator: { page: i + 1 },
  })),
  coverage: { unit: 'page', done: 450, total: 451, missing: ['page 451: no text layer'] },
  wordCount: 900,
  pageCount: 451,
  language: 'en',
  metadata: { title: 'Plan' },
  attachments: [],
}

it('opens the current version by the document, an older one by itself, and ranges of both', async () => {
  const { ports, as, store } = await libraryBox()
  const first = await store('plan.txt', 'the first plan')
  await store('plan.txt', 'the second plan')
  const viewer = await as('eve', 'viewer')
  const current = await openDocument(ports, viewer, first.documentId)
  expect(await textOf(current.read())).toBe('the second plan')
  expect(await textOf(current.read({ start: 4, end: 10 }))).toBe('second')
  const old = await openVersion(ports, viewer, first.version.id)
  expect([old.name, old.version.number, await textOf(old.read())]).toEqual([
    'plan.txt',
    1,
    'the first plan',
  ])
})

it('says that bytes are missing before it sends any', async () => {
  const { ports, as, store } = await libraryBox()
  const { documentId } = await store('plan.txt', 'gone soon')
  const viewer = await as('eve', 'viewer')
  const { version } = await openDocument(ports, viewer, documentId)
  await ports.blobs.remove(version.path)
  await expect(openDocument(ports, viewer, documentId)).rejects.toMatchObject({
    code: 'unavailable',
    reason: 'BYTES_MISSING',
  })
})

it('reads on from the first copy when the own one goes just then', async () => {
  const { ports, as } = await libraryBox()
  const ada = await as('ada', 'admin')
  const arrive = (name: string) => {
    const file = { name, chapterId: ada.chapters[0]?.id ?? '', door: 'web' as const }
    return ingestFile(ports, ada, { ...file, source: once(Buffer.from('the same plan')) })
  }
  await arrive('first.txt')
  const { documentId, version } = await arrive('second.txt')
  const [opened, again] = [
    await openDocument(ports, ada, documentId),
    await openVersion(ports, ada, version.id),
  ]
  await settleArrivals(ports)
  expect(await textOf(opened.read())).toBe('the same plan')
  expect(await textOf(again.read({ start: 4, end: 8 }))).toBe('same')
})

it('reads from the first copy when the own one goes between two looks at it', async () => {
  const { ports, as } = await libraryBox()
  const ada = await as('ada', 'admin')
  const arrive = (name: string) => {
    const file = { name, chapterId: ada.chapters[0]?.id ?? '', door: 'web' as const }
    return ingestFile(ports, ada, { ...file, source: once(Buffer.from('the same plan')) })
  }
  await arrive('first.txt')
  const { documentId } = await arrive('second.txt')
  // Looked up while it is a copy of its own, asked for its size when it is none any more.
  const blobs = {
    ...ports.blobs,
    async stat(path: string) {
      await settleArrivals(ports)
      return ports.blobs.stat(path)
    },
  }
  const opened = await openDocument({ ...ports, blobs }, ada, documentId)
  expect(await textOf(opened.read())).toBe('the same plan')
})

it('tells what is known of a content, and how each step went', async () => {
  const { ports, as, store, understand } = await libraryBox()
  const { documentId, version } = await store('plan.txt', 'a plan')
  const viewer = await as('eve', 'viewer')
  const before = await getDocument(ports, viewer, documentId)
  expect(before.details).toEqual({
    digest: version.digest,
    metadata: {},
    coverage: [],
    passages: 0,
  })
  const { wordCount, pageCount, language } = EXTRACTION
  await understand(EXTRACTION, {
    wordCount,
    pageCount,
    language,
    metadata: { title: 'Plan', n: 1 },
  })
  const { details, processing } = await getDocument(ports, viewer, documentId)
  expect(details).toEqual({
    digest: version.digest,
    wordCount: 900,
    pageCount: 451,
    language: 'en',
    metadata: { title: 'Plan' },
    coverage: [{ step: 'extract', ...EXTRACTION.coverage }],
    passages: 7,
  })
  expect(processing.map(({ step, state }) => `${step} ${state}`)).toEqual([
    'probe done',
    'extract done',
    'chunk done',
    'preview waiting',
  ])
})

it('gives the text in pages that join without a gap', async () => {
  const { ports, as, store, understand } = await libraryBox()
  const { documentId, version } = await store('plan.txt', 'a plan')
  const viewer = await as('eve', 'viewer')
  expect(await documentText(ports, viewer, { documentId })).toEqual({ parts: [] })
  await understand(EXTRACTION)
  const parts = []
  const sizes = []
  for (let cursor: string | undefined; ; ) {
    const wanted = { documentId, versionId: version.id, ...(cursor && { cursor }) }
    const page = await documentText(ports, viewer, wanted)
    expect(page.coverage).toEqual(EXTRACTION.coverage)
    parts.push(...page.parts)
    sizes.push(page.parts.length)
    cursor = page.nextCursor
    if (!cursor) break
  }
  expect(sizes).toEqual([200, 200, 50])
  expect(parts).toEqual(EXTRACTION.parts)
  const forged = documentText(ports, viewer, { documentId, cursor: 'cGFydCAtMQ' })
  await expect(forged).rejects.toMatchObject({ code: 'bad_request', reason: 'CURSOR' })
})

it("does not give the text of another document's version", async () => {
  const { ports, as, store } = await libraryBox()
  const one = await store('one.txt', 'one')
  const two = await store('two.txt', 'two')
  const wanted = { documentId: one.documentId, versionId: two.version.id }
  const answer = documentText(ports, await as('eve', 'viewer'), wanted)
  await expect(answer).rejects.toMatchObject({ code: 'not_found' })
})

it('shows the picture of the first page once there is one', async () => {
  const { ports, as, store, understand, finish } = await libraryBox()
  const { documentId } = await store('plan.txt', 'a plan')
  const viewer = await as('eve', 'viewer')
  await expect(openPreview(ports, viewer, { documentId })).rejects.toMatchObject({
    code: 'not_found',
  })
  await understand(EXTRACTION)
  await finish('preview', { blobId: await storeDerived(ports, once(Buffer.from('WebP'))) })
  const preview = await openPreview(ports, viewer, { documentId })
  expect([preview.sizeBytes, await textOf(preview.read())]).toEqual([4, 'WebP'])
  expect((await getDocument(ports, viewer, documentId)).document.hasPreview).toBe(true)
})

it('shows the pages of a scan in one file one by one', async () => {
  const { ports, as, store, understand, finish } = await libraryBox()
  const { documentId } = await store('scan.tiff', 'sheets')
  const viewer = await as('eve', 'viewer')
  await understand(EXTRACTION)
  const blobId = await storeDerived(ports, once(Buffer.from('smallone two')))
  await finish('preview', { blobId, facts: { sizes: [5, 4, 3] } })
  const shown = async (page?: number) => {
    const { read } = await openPreview(ports, viewer, { documentId, ...(page && { page }) })
    return textOf(read())
  }
  expect([await shown(), await shown(1), await shown(2)]).toEqual(['small', 'one ', 'two'])
  await expect(shown(3)).rejects.toMatchObject({ code: 'not_found' })
  expect((await getDocument(ports, viewer, documentId)).details.pagesShown).toBe(2)
})

it('lists books with the chapters, roles and counts of whoever asks', async () => {
  const { ports, as, store, book, chapter } = await libraryBox()
  await store('plan.txt', 'a plan')
  const shown = { ...chapter, role: 'viewer', documentCount: 1 }
  expect(await listBooks(ports, await as('eve', 'viewer'))).toEqual([
    { ...book, role: 'viewer', chapters: [shown] },
  ])
  expect(await listBooks(ports, await as('mallory'))).toEqual([])
})

it('lets administrators of a book look up whom to grant something, and nobody else', async () => {
  const { ports, as } = await libraryBox()
  await as('eve', 'viewer')
  const found = await findSubjects(ports, await as('ada', 'admin'), ' EV')
  expect(found).toMatchObject([{ kind: 'user', name: 'eve' }])
  const refused = findSubjects(ports, await as('eve'), '')
  await expect(refused).rejects.toMatchObject({ code: 'forbidden' })
})

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
