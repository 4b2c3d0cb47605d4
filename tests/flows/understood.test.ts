import { expect, it } from 'vitest'
import { builtinEmbedder } from '../../adapters/builtin/embedder.ts'
import { getDocument } from '../../core/library/get-document.ts'
import type { Step } from '../../core/model/job.ts'
import { storeAttachments } from '../../core/pipeline/attachments.ts'
import { steps } from '../../core/pipeline/steps.ts'
import { understandingBox } from '../understanding-box.ts'

const names = (hits: { name: string }[]) => hits.map(({ name }) => name).sort()

/** The steps as they are, each noted in `done` when there was work to do. */
const counted = (done: Step[]): typeof steps =>
  new Map(
    [...steps].map(([step, definition]) => {
      const run: typeof definition.run = async (...given) => {
        done.push(step)
        return definition.run(...given)
      }
      return [step, { ...definition, run }]
    }),
  )

it('understands a content once, and lets each of its readers find their own copy', async () => {
  const on = await understandingBox()
  const mine = await on.chapter('Mine')
  const yours = await on.chapter('Yours')
  const reader = await on.reader(yours.bookId)
  const text = 'The lighthouse keeper counts the ships that pass at night.\n'
  const first = await on.store(mine.chapterId, 'keeper.txt', text)
  expect(await on.found('lighthouse ships')).toEqual([])
  await on.work()
  expect(await on.found('lighthouse ships')).toMatchObject([
    { name: 'keeper.txt', why: ['words', 'meaning'], locator: { line: 1 } },
  ])
  expect(await on.found('lighthouse', reader)).toEqual([])

  await on.store(yours.chapterId, 'copy.txt', text)
  expect(await on.found('lighthouse', reader)).toEqual([])
  const done: Step[] = []
  await on.work({}, counted(done))
  expect(done).toEqual(['link'])
  expect(names(await on.found('lighthouse', reader))).toEqual(['copy.txt'])
  expect(names(await on.found('ships lighthouses', reader))).toEqual(['copy.txt'])
  expect(await on.ports.index.count()).toBe(1)
  const { digest } = first.version
  expect(await on.ports.catalog.derivations.get(digest, 'embed')).toMatchObject({
    state: 'done',
    facts: { space: on.ports.embedder.space.id, count: 1 },
  })
})

it('finds what a document says now, not what it said before', async () => {
  const on = await understandingBox()
  const { chapterId } = await on.chapter('Work')
  await on.store(chapterId, 'plan.txt', 'We shall paint the harbour office green.')
  await on.work()
  await on.store(chapterId, 'plan.txt', 'We shall paint the harbour office blue.')
  await on.work()
  expect(await on.found('green')).toEqual([])
  expect(names(await on.found('blue'))).toEqual(['plan.txt'])
  expect(await on.found('harbour office')).toHaveLength(1)
})

it('finds files without text by their names', async () => {
  const on = await understandingBox()
  const { chapterId } = await on.chapter('Work')
  await on.store(chapterId, 'empty page.txt', '')
  await on.store(
    chapterId,
    'engine.bin',
    Uint8Array.from({ length: 4096 }, (_, i) => (i * 37) % 256),
  )
  await on.work()
  expect(await on.found('engine')).toMatchObject([
    { name: 'engine.bin', why: ['name'], snippet: '' },
  ])
  expect(names(await on.found('empty page'))).toEqual(['empty page.txt'])
})

it('makes attachments documents beside their mail, once, whatever they are called', async () => {
  const on = await understandingBox()
  const { bookId, chapterId } = await on.chapter('Mail')
  await on.store(chapterId, 'notes.txt', 'Something else of this name.')
  const { version } = await on.store(
    chapterId,
    'offer.eml',
    mail('Our offer', ['notes.txt', '../../etc/passwd', '']),
  )
  await on.work()
  const listed = async () => {
    const page = { chapterId, sort: 'name', descending: false, limit: 50 } as const
    return (await on.ports.catalog.library.list('all', page)).items
  }
  const [safe, ...rest] = names(await listed())
  expect(safe).toBe('.._.._etc_passwd')
  expect(rest.filter((name) => name.startsWith('attachment'))).toHaveLength(1)
  expect(rest.filter((name) => !name.startsWith('attachment'))).toEqual([
    'notes (2).txt',
    'notes.txt',
    'offer.eml',
  ])
  expect(await on.found('pelican')).toHaveLength(3)
  expect(names(await on.found('quotation'))).toEqual(['offer.eml'])

  const stored = await on.ports.catalog.library.version('all', version.id)
  if (!stored) throw new Error('the mail is gone')
  expect(await storeAttachments(on.ports, stored, new AbortController().signal)).toBe(3)
  expect(await listed()).toHaveLength(5)
  const reader = await on.access(await on.reader(bookId))
  const { attachments } = await getDocument(on.ports, reader, version.documentId)
  expect(attachments).toMatchObject({
    total: 3,
    items: [
      { name: 'notes.txt', document: { name: 'notes (2).txt', understanding: 'ready' } },
      { name: '../../etc/passwd', document: { name: '.._.._etc_passwd' } },
      { document: { understanding: 'ready' } },
    ],
  })
  const [{ document: first } = {}] = attachments?.items ?? []
  const cameIn = { documentId: version.documentId, name: 'offer.eml', as: 'mail' }
  expect((await getDocument(on.ports, reader, first?.id ?? '')).cameIn).toEqual(cameIn)
})

it('embeds again what was embedded for another model meanwhile', async () => {
  const on = await understandingBox()
  const { chapterId } = await on.chapter('Work')
  const { version } = await on.store(chapterId, 'plan.txt', 'We shall paint the harbour green.')
  const old = builtinEmbedder()
  const other = { ...old, space: { ...old.space, id: 'another_space_384' } }
  const { jobs, derivations } = on.ports.catalog
  await on.work({ embedder: other })
  await jobs.requeue('index', 1, version.digest, on.ports.clock.now())
  await on.work()
  expect(await derivations.get(version.digest, 'index')).toMatchObject({
    state: 'done',
    facts: { space: old.space.id },
  })
})

/** A mail with a text and attachments of these names. */
function mail(subject: string, attachments: string[]): string {
  const part = (name: string, i: number) => [
    '--cut',
    'Content-Type: text/plain',
    `Content-Disposition: attachment${name && `; filename="${name}"`}`,
    '',
    `Attached pelican number ${i}.`,
  ]
  return [
    'From: Ada <ada@example.org>',
    'To: Bo <bo@example.org>',
    'Date: Mon, 2 Nov 2026 10:00:00 +0000',
    `Subject: ${subject}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=cut',
    '',
    '--cut',
    'Content-Type: text/plain',
    '',
    'Please find our quotation attached.',
    ...attachments.flatMap(part),
    '--cut--',
    '',
  ].join('\r\n')
}
