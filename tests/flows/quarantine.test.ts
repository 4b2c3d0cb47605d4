import { expect, it } from 'vitest'
import { getDocument } from '../../core/library/get-document.ts'
import { openVersion } from '../../core/library/open-version.ts'
import { retryDocument } from '../../core/library/retry-document.ts'
import { unreadFiles } from '../../core/library/unread-files.ts'
import type { Extractor } from '../../core/ports/index.ts'
import { pdfOfPages, scanOf } from '../scans.ts'
import { understandingBox } from '../understanding-box.ts'
import { watchedParsers } from '../watched-parsers.ts'

/** A process for each step of each file, on a machine that may be busy. */
const TIMEOUT_MS = 300_000
/** `npm run reliability -- poison` has hundreds of files, of which one of fifty kills its reader. */
const FILES = Number(process.env.ONEFOLD_TEST_FILES ?? 6)
const EVERY = Number(process.env.ONEFOLD_TEST_POISON_EVERY ?? FILES)
const POISONED = Math.floor(FILES / EVERY)
/** As many as a page of results has. */
const SHOWN = 50
/** Longer than any pause between two tries. */
const LATER_MS = 20 * 60_000

/** As it does of a faded carbon copy. */
const readBadly = (extractor: Extractor): Extractor => ({
  ...extractor,
  ocr: async (...asked) =>
    (await extractor.ocr(...asked)).map((page) => ({ ...page, confidence: 41 })),
})

const scan = async (word: string) => ({ scan: await scanOf(`The keeper wrote ${word} here.`) })

it('R7: a file that kills its reader stands alone, keeps its bytes, and is read once it can be', {
  timeout: TIMEOUT_MS + FILES * 30_000,
}, async () => {
  const on = await understandingBox()
  const { chapterId } = await on.chapter('Harbour')
  let isPoison = true
  const { extractor, started } = watchedParsers(
    ({ op, head }) => isPoison && op === 'extract' && head.startsWith('POISON'),
  )
  const poison = (n: number) => `POISON ${n} in the well of the lighthouse`
  const bad = await on.store(chapterId, 'bad-0.txt', poison(0))
  for (let n = 1; n < FILES; n++) {
    if (n % EVERY === 0) await on.store(chapterId, `bad-${n}.txt`, poison(n))
    else await on.store(chapterId, `good-${n}.txt`, `Harbour log ${n}`)
  }
  for (let tries = 0; tries < 5; tries++) {
    await on.work({ extractor })
    on.clock.advance(LATER_MS)
  }
  const access = await on.access()
  const described = async () => getDocument(on.ports, access, bad.documentId)
  expect((await described()).document.understanding).toBe('failed')
  expect((await described()).modalities).toMatchObject([
    { modality: 'text', state: 'failed', reason: 'PARSER_QUARANTINED' },
  ])
  expect(
    started.filter(({ op, head }) => op === 'extract' && head.startsWith('POISON')),
  ).toHaveLength(3 * POISONED)
  expect(await on.found('harbour log')).toHaveLength(Math.min(SHOWN, FILES - POISONED))
  const bytes: Uint8Array[] = []
  for await (const chunk of (await openVersion(on.ports, access, bad.version.id)).read())
    bytes.push(chunk)
  expect(Buffer.concat(bytes).toString()).toBe(poison(0))

  const summary = () => unreadFiles(on.ports, access, { of: { chapterId }, limit: SHOWN })
  expect(await summary()).toMatchObject({
    files: FILES,
    waiting: 0,
    unread: POISONED,
    items: Array.from({ length: Math.min(SHOWN, POISONED) }, () => ({
      document: { name: expect.stringMatching(/^bad-/) },
      problems: [{ step: 'extract', reason: 'PARSER_QUARANTINED', action: 'retry' }],
    })),
  })

  isPoison = false
  expect(await retryDocument(on.ports, access, { documentId: bad.documentId })).toEqual({
    retried: 1,
  })
  await on.work({ extractor })
  expect((await described()).document.understanding).toBe('ready')
  expect(await on.found('well of the lighthouse')).toHaveLength(1)
  expect(await summary()).toMatchObject({ files: FILES, unread: POISONED - 1 })
})

it('R7: a page that kills its reader is named, and alone read again when asked for', {
  timeout: TIMEOUT_MS,
}, async () => {
  const on = await understandingBox()
  const mine = await on.chapter('Harbour')
  const yours = await on.chapter('Yours')
  const pdf = await pdfOfPages([
    'A typed page.',
    await scan('kittiwake'),
    await scan('fulmar'),
    await scan('gannet'),
  ])
  let isPoison = true
  const { extractor, started } = watchedParsers(
    ({ op, pages = [] }) => isPoison && op === 'ocr' && pages.includes(3),
  )
  const { documentId, version } = await on.store(mine.chapterId, 'log.pdf', pdf)
  await on.work({ extractor })
  const access = await on.access()
  const described = async () => getDocument(on.ports, access, documentId)
  const before = await described()
  expect(before.document.understanding).toBe('partial')
  expect(before.coverage).toMatchObject({ unit: 'page', done: 3, total: 4 })
  expect(before.modalities).toContainEqual(
    expect.objectContaining({ modality: 'ocr', state: 'partial', failedUnits: [3] }),
  )
  expect(await on.found('gannet')).toHaveLength(1)
  expect(await on.found('fulmar')).toHaveLength(0)

  // Somebody else who has the file is told nothing of who has it read again.
  const other = await on.store(yours.chapterId, 'copy.pdf', pdf)
  await on.work({ extractor })
  isPoison = false
  started.length = 0
  const wish = { documentId, step: 'ocr' as const, units: [3] }
  expect(await retryDocument(on.ports, access, wish)).toEqual({ retried: 1 })
  const seen = async () => (await getDocument(on.ports, access, other.documentId)).processing
  expect((await seen()).map(({ step, state }) => [step, state])).not.toContainEqual([
    'ocr',
    'waiting',
  ])
  await on.work({ extractor: readBadly(extractor) })
  expect(started.filter(({ op }) => op === 'ocr').map(({ pages }) => pages)).toEqual([[3]])
  const after = await described()
  expect(after.coverage).toEqual({ unit: 'page', done: 4, total: 4, missing: [] })
  expect(after.document.understanding).toBe('ready')
  expect((await on.found('fulmar'))[0]?.locator).toEqual({ page: 3 })

  // Read, but badly: told as such, and read again for whoever asks.
  const certainty = async () => (await described()).modalities.find(({ step }) => step === 'ocr')
  expect(await certainty()).toMatchObject({
    state: 'done',
    hardUnits: [3],
    certainty: [{ unit: 2 }, { unit: 3, confidence: 41 }, { unit: 4 }],
  })
  expect(await retryDocument(on.ports, access, wish)).toEqual({ retried: 1 })
  started.length = 0
  await on.work({ extractor })
  expect(started.filter(({ op }) => op === 'ocr').map(({ pages }) => pages)).toEqual([[3]])
  expect(await certainty()).toMatchObject({ state: 'done', hardUnits: [], failedUnits: [] })
  const refused = { retried: 0, because: { reason: 'READ_ALREADY', message: expect.any(String) } }
  expect(await retryDocument(on.ports, access, wish)).toEqual(refused)
  const none = await retryDocument(on.ports, access, { documentId, step: 'speech' })
  expect(none.because?.reason).toBe('NOT_SUCH_STEP')
  const units = await on.ports.catalog.units.all({
    digest: version.digest,
    step: 'ocr',
    stepVersion: 1,
    by: 'eng',
  })
  expect(units).toEqual([])
})

it('R7: goes on with the page at which its worker was killed, by itself, and gives it up in the end', {
  timeout: TIMEOUT_MS,
}, async () => {
  const on = await understandingBox()
  const { chapterId } = await on.chapter('Harbour')
  const pages = [await scan('kittiwake'), await scan('fulmar'), await scan('gannet')]
  const { version } = await on.store(chapterId, 'log.pdf', await pdfOfPages(pages))
  const { extractor, started } = watchedParsers()
  // As a worker leaves it that was killed at page 2 as often as that may be, and once at page 3.
  const of = { digest: version.digest, step: 'ocr' as const, stepVersion: 1, by: 'eng' }
  const { units, derivations } = on.ports.catalog
  const body = { page: 1, text: 'The keeper wrote razorbill here.', confidence: 90, rotation: 0 }
  await units.end(of, [{ unit: 1, state: 'done', body }])
  for (const begun of [[2], [2], [2, 3]]) await units.begin(of, begun)
  await on.work({ extractor })
  expect(started.filter(({ op }) => op === 'ocr').map((request) => request.pages)).toEqual([[3]])
  expect(await derivations.get(version.digest, 'ocr')).toMatchObject({
    state: 'partial',
    coverage: { done: 2, total: 3, missing: [expect.stringMatching(/^page 2: .*left alone/)] },
  })
  expect(await on.found('razorbill')).toHaveLength(1)
  expect(await on.found('gannet')).toHaveLength(1)
})
