import { expect, it } from 'vitest'
import { understandingBox } from '../../tests/understanding-box.ts'
import { settleArrivals } from '../ingest/settle.ts'
import type { Ports } from '../ports/index.ts'
import { trashDocument } from './trash.ts'
import { unreadFiles } from './unread-files.ts'

it('leaves out a file that went to the trash since it was listed, and tells of the others', async () => {
  const on = await understandingBox()
  const { bookId, chapterId } = await on.chapter('Harbour')
  const gone = await on.store(chapterId, 'gone.txt', 'one')
  const stays = await on.store(chapterId, 'stays.txt', 'another')
  await settleArrivals(on.ports)
  const { jobs, unread } = on.ports.catalog
  for (let n = 0; n < 2; n++) {
    const job = await jobs.take('w', ['probe', 'extract'], 60_000, on.clock.now())
    if (!job) throw new Error('nothing waits')
    await jobs.finish(job.id, 'w', { state: 'failed', facts: {}, next: [] }, on.clock.now())
  }
  const owner = await on.access()
  const catalog: Ports['catalog'] = {
    ...on.ports.catalog,
    unread: {
      ...unread,
      async page(...asked) {
        const page = await unread.page(...asked)
        expect(page.items).toHaveLength(2)
        await trashDocument(on.ports, owner, gone.documentId)
        return page
      },
    },
  }
  const viewer = await on.access(await on.reader(bookId))
  const wish = { of: { chapterId }, limit: 10 }
  const { items } = await unreadFiles({ catalog }, viewer, wish)
  expect(items.map(({ document }) => document.id)).toEqual([stays.documentId])
})
