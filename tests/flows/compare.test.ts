import { expect, it, onTestFinished } from 'vitest'
import { createToken } from '../../core/account/tokens.ts'
import { newId } from '../../core/ids.ts'
import { settleArrivals } from '../../core/ingest/settle.ts'
import { steps } from '../../core/pipeline/steps.ts'
import { zipOf } from '../../scripts/corpus-pack.ts'
import { createApp } from '../../server/app.ts'
import { understandingBox } from '../understanding-box.ts'
import { pdfOf } from './pdf.ts'

interface Version {
  id: string
  number: number
  text: { state: string; word_count: number | null; page_count: number | null }
}

interface Comparison {
  basis: string
  is_identical: boolean
  from: { text: { state: string } }
  to: { text: { state: string } }
  counts: Record<string, number> | null
  units: {
    unit: string
    pairs: { from: number | null; to: number | null; changes: number }[]
  } | null
  rows: {
    kind: string
    text: string | null
    pieces: unknown
    cells: unknown
    move: number | null
  }[]
  next_cursor: string | null
}

const PAGES = Array.from(
  { length: 5 },
  (_, at) => `Page ${at} says how the bearing of pump ${at} is greased. Two keepers do it.`,
)

const docx = (paragraphs: readonly string[]): Buffer =>
  zipOf([
    [
      '[Content_Types].xml',
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    ],
    [
      '_rels/.rels',
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    ],
    [
      'word/document.xml',
      `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${paragraphs.map((text) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`).join('')}</w:body></w:document>`,
    ],
  ])

const csv = (rows: readonly (readonly string[])[]) => rows.map((row) => row.join(',')).join('\n')

/** The product's own parsers and API; a document of each kind in two versions, all of them read. */
async function comparingBox(documents: Record<string, readonly (string | Uint8Array)[]>) {
  const box = await understandingBox()
  const app = createApp(box.ports)
  onTestFinished(() => app.shut())
  const { chapterId } = await box.chapter('Work')
  const { actor } = await box.access()
  const { token } = await createToken(box.ports, actor, { name: 'test', scopes: ['read', 'write'] })
  const get = async <T>(path: string): Promise<T> => {
    const headers = { authorization: `Bearer ${token}` }
    return (await (await app.request(`http://box/api/v1${path}`, { headers })).json()) as T
  }
  const ids = new Map<string, string>()
  for (const [name, contents] of Object.entries(documents)) {
    for (const content of contents) {
      ids.set(name, (await box.store(chapterId, name, content)).documentId)
    }
  }
  await settleArrivals(box.ports)
  await box.work({}, reading)
  const versionsOf = async (documentId: string) =>
    (await get<{ items: Version[] }>(`/documents/${documentId}/versions`)).items.toReversed()
  return {
    ...box,
    idOf: (name: string) => ids.get(name) ?? '',
    versionsOf,
    ask: (documentId: string, from = '', to = '', rest = '') =>
      get<Comparison>(`/documents/${documentId}/compare?from=${from}&to=${to}${rest}`),
    async compare(name: string) {
      const documentId = ids.get(name) ?? ''
      const [from, to] = await versionsOf(documentId)
      return get<Comparison>(`/documents/${documentId}/compare?from=${from?.id}&to=${to?.id}`)
    },
  }
}

/** What is done so that there is text; finding it is tested elsewhere. */
const reading = new Map([...steps].filter(([step]) => step === 'probe' || step === 'extract'))

it('compares what was read of two versions, each kind in its own way', async () => {
  const changed = PAGES.with(3, (PAGES[3] ?? '').replace('greased', 'oiled'))
  const stores = [['Item', 'Amount'], ...PAGES.map((_, at) => [`rope ${at}`, `${at}`])]
  const noise = (seed: number) => Uint8Array.from({ length: 4096 }, (_, i) => (i * seed) % 256)
  const box = await comparingBox({
    'pump.pdf': [
      pdfOf(PAGES),
      pdfOf(changed.toSpliced(1, 0, 'A sheet with wholly other words was bound in here.')),
    ],
    'rules.docx': [docx(PAGES), docx([...PAGES.slice(2), ...PAGES.slice(0, 2)])],
    'stores.csv': [csv(stores), csv(stores.with(2, ['rope 1', '80']))],
    'engine.bin': [noise(37), noise(41)],
  })

  // A PDF: over a page that was put in between.
  const pump = box.idOf('pump.pdf')
  const [old, now] = await box.versionsOf(pump)
  expect([old, now].map((version) => version?.text)).toMatchObject([
    { state: 'ready', page_count: 5 },
    { state: 'ready', page_count: 6 },
  ])
  const pdf = await box.compare('pump.pdf')
  expect(pdf).toMatchObject({ basis: 'text', is_identical: false, next_cursor: null })
  expect(pdf.units?.pairs.map(({ from, to, changes }) => [from, to, changes])).toEqual([
    [1, 1, 0],
    [null, 2, 1],
    [2, 3, 0],
    [3, 4, 0],
    [4, 5, 1],
    [5, 6, 0],
  ])
  expect(pdf.counts).toMatchObject({ changes: 2, added: 1, changed: 1, removed: 0, moved: 0 })
  const pieces = pdf.rows.find(({ kind }) => kind === 'changed')?.pieces
  expect(pieces).toContainEqual({ op: 'removed', text: 'greased' })
  const back = await box.ask(pump, now?.id, old?.id)
  expect(back.counts).toMatchObject({ added: 0, removed: 1, changed: 1 })

  // A text document: what was carried elsewhere is one move.
  const text = await box.compare('rules.docx')
  expect(text.counts).toMatchObject({ moved: 2, added: 0, removed: 0, changed: 0 })
  expect(text.rows.flatMap(({ kind, move }) => (move === 1 ? [kind] : []))).toEqual([
    'moved_away',
    'moved_away',
    'moved_here',
    'moved_here',
  ])

  // A sheet: cell by cell.
  const sheet = await box.compare('stores.csv')
  expect(sheet.basis).toBe('cells')
  const cells = sheet.rows.find(({ kind }) => kind === 'changed')?.cells
  expect(cells).toContainEqual({ op: 'changed', from: '1', to: '80' })

  // Without text, it says so.
  expect(await box.compare('engine.bin')).toMatchObject({
    basis: 'none',
    rows: [],
    counts: null,
    from: { text: { state: 'no_text' } },
  })

  // With another document that the caller sees, too; but not two others, nor what is not there.
  const [other] = await box.versionsOf(box.idOf('rules.docx'))
  expect(await box.ask(pump, old?.id, other?.id)).toMatchObject({ is_identical: false })
  for (const [from, to] of [
    [other?.id, other?.id],
    [old?.id, newId()],
  ]) {
    expect(await box.ask(pump, from, to)).toMatchObject({ status: 404, code: 'not_found' })
  }
  const forged = await box.ask(pump, old?.id, now?.id, '&cursor=x')
  expect(forged).toMatchObject({ status: 400, reason: 'CURSOR' })
})

it('tells nothing of versions whose steps are still replayed', async () => {
  const texts = ['The first night.', 'The second night.']
  const box = await comparingBox({ 'log.txt': texts })
  expect(await box.compare('log.txt')).toMatchObject({ basis: 'text' })
  // Somebody else brings the same two contents: for them, they are not read yet.
  const { chapterId } = await box.chapter('Other')
  let mine = ''
  for (const text of texts) mine = (await box.store(chapterId, 'mine.txt', text)).documentId
  await settleArrivals(box.ports)
  const [old, now] = await box.versionsOf(mine)
  for (const version of [old, now]) {
    expect(version?.text).toMatchObject({ state: 'waiting', word_count: null, page_count: null })
  }
  const untold = { basis: 'none', rows: [], counts: null, units: null }
  expect(await box.ask(mine, old?.id, now?.id)).toMatchObject(untold)
  await box.work({}, reading)
  expect(await box.ask(mine, old?.id, now?.id)).toMatchObject({ basis: 'text' })
})
