import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { diskBlobStore } from '../../adapters/disk/blob-store.ts'
import type { TypeRule } from '../../core/model/type-rule.ts'
import { lookInside } from '../look-inside.ts'
import { understandingBox } from '../understanding-box.ts'
import { documents, start, until, watchedShare } from './watched-share.ts'

const PROGRAM = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(500, 7)])
const NO_PROGRAMS: TypeRule = { mode: 'deny', groups: ['programs'], mediaTypes: [] }

it('leaves what the book does not take in the share, and says why', async () => {
  const on = await watchedShare()
  const blobs = await diskBlobStore(on.root, 0, { look: lookInside })
  await on.ports.catalog.library.setTypeRule(on.place.bookId, NO_PROGRAMS)
  writeFileSync(join(on.folder, 'report.pdf'), PROGRAM)
  writeFileSync(join(on.folder, 'notes.txt'), 'The lamp is lit.')
  start({ ...on, ports: { ...on.ports, blobs } })
  const entries = () => on.ports.catalog.shares.entries(on.share.id, { limit: 10 })
  await until('both are dealt with', async () => (await entries()).length === 2)
  expect((await documents(on)).map(({ path }) => path)).toEqual(['notes.txt'])
  expect((await entries()).find(({ state }) => state === 'refused')).toMatchObject({
    reason: 'TYPE_NOT_TAKEN',
    message: expect.stringContaining('takes no programs'),
  })
})

it('leaves an attachment that the book does not take inside its mail', async () => {
  const on = await understandingBox()
  const { bookId, chapterId } = await on.chapter('Mail')
  await on.ports.catalog.library.setTypeRule(bookId, NO_PROGRAMS)
  await on.store(chapterId, 'offer.eml', mailWith(PROGRAM))
  await on.work()
  const { items } = await on.ports.catalog.library.list('all', {
    sort: 'name',
    descending: false,
    limit: 10,
  })
  expect(items.map(({ name, understanding }) => [name, understanding])).toEqual([
    ['notes.txt', 'ready'],
    ['offer.eml', 'ready'],
  ])
})

const mailWith = (program: Buffer) =>
  [
    'From: a@b.example',
    'To: c@d.example',
    'Subject: An offer',
    'Date: Fri, 20 Nov 2026 10:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=cut',
    '',
    '--cut',
    'Content-Type: text/plain',
    '',
    'Please see what is attached to this mail.',
    '--cut',
    'Content-Type: text/plain; name="notes.txt"',
    'Content-Disposition: attachment; filename="notes.txt"',
    '',
    'The lamp is lit at dusk, and the book is written.',
    '--cut',
    'Content-Type: application/octet-stream; name="tool.bin"',
    'Content-Disposition: attachment; filename="tool.bin"',
    'Content-Transfer-Encoding: base64',
    '',
    program.toString('base64'),
    '--cut--',
    '',
  ].join('\r\n')
