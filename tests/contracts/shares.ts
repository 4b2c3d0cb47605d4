import { describe, expect, it } from 'vitest'
import { newId, newTraceId } from '../../core/ids.ts'
import type { Catalog, Share, ShareEntry } from '../../core/ports/index.ts'
import { commitContent } from '../commit-content.ts'
import { act, digestOf, type LibraryCatalog, later, refusal, shelf } from './library-shelf.ts'

/** The parts of a catalog that this suite needs. */
export type SharesCatalog = LibraryCatalog & Pick<Catalog, 'shares'>

/** What the shares of every catalog must do. */
export function sharesContract(name: string, openCatalog: () => Promise<SharesCatalog>) {
  const opened = async () => {
    const catalog = await openCatalog()
    const place = await shelf(catalog)
    const share = newShare(place, '/srv/plans')
    await catalog.shares.put(share)
    return { catalog, shares: catalog.shares, place, share }
  }

  describe(`${name} keeps shares`, () => {
    it('lists them by name, changes one in place, and forgets it with its entries', async () => {
      const { shares, place, share } = await opened()
      const other = { ...newShare(place, '/srv/a'), name: 'Archive' }
      await shares.put(other)
      const changed = { ...share, exclude: ['*.bak'], enabled: false, settleMs: 5 }
      await shares.put(changed)
      expect(await shares.list()).toEqual([other, changed])
      await shares.putEntries([failedEntry(share, 'a')])
      await shares.remove(share.id)
      expect(await shares.list()).toEqual([other])
      expect(await shares.entries(share.id, { limit: 10 })).toEqual([])
      expect(await refusal(shares.remove(share.id))).toBe('not_found')
    })

    it('keeps every rule of a share, and forgets one that is taken back', async () => {
      const { shares, share } = await opened()
      const ruled: Share = {
        ...share,
        mode: 'inbox',
        mapping: 'chapters',
        include: ['*.pdf'],
        onConflict: 'keep_both',
        scanEveryMs: 60_000,
        scanWindow: { from: 1_320, to: 360 },
      }
      await shares.put(ruled)
      expect(await shares.list()).toEqual([ruled])
      await shares.put(share)
      expect(await shares.list()).toEqual([share])
    })

    it('keeps an order until it is done, once however often it is given', async () => {
      const { catalog, shares, place, share } = await opened()
      const by = act(place.userId)
      await shares.order(share.id, 'scan', by)
      await shares.order(share.id, 'scan', { ...by, now: by.now + 1 })
      await shares.order(share.id, 'release', { ...by, now: by.now + 2 })
      const [scan, release] = await shares.orders()
      expect([scan?.what, scan?.askedAt, release?.what]).toEqual(['scan', by.now + 1, 'release'])
      await shares.orderDone({ shareId: share.id, what: 'scan', askedAt: by.now })
      expect(await shares.orders()).toHaveLength(2)
      await shares.orderDone({ shareId: share.id, what: 'scan', askedAt: by.now + 1 })
      expect((await shares.orders()).map(({ what }) => what)).toEqual(['release'])
      expect(await refusal(shares.order(newId(), 'scan', by))).toBe('not_found')
      expect((await catalog.journal.auditPage(1)).items[0]?.action).toBe('share.release')
      await shares.remove(share.id)
      expect(await shares.orders()).toEqual([])
    })

    it('keeps the last report of what a scan would do', async () => {
      const { shares, share } = await opened()
      const counts = { new: 1, changed: 0, move: 0, unchanged: 0, missing: 0, refused: 0 }
      const report = { finishedAt: later(), tookMs: 1, counts, bytes: 3, items: [] }
      expect(await shares.dryRun(share.id)).toBeUndefined()
      await shares.putDryRun(share.id, report)
      await shares.putDryRun(share.id, { ...report, bytes: 4 })
      expect(await shares.dryRun(share.id)).toEqual({ ...report, bytes: 4 })
      await shares.remove(share.id)
      await shares.putDryRun(share.id, report)
      expect(await shares.dryRun(share.id)).toBeUndefined()
    })

    it('watches no folder twice, and none for a chapter or owner that is gone', async () => {
      const { shares, place, share } = await opened()
      const twin = newShare(place, share.path)
      expect(await refusal(shares.put(twin))).toBe('conflict SHARE_EXISTS')
      const lost = [{ chapterId: newId() }, { ownerId: newId() }]
      for (const change of lost) {
        const wanted = { ...newShare(place, '/srv/lost'), ...change }
        expect(await refusal(shares.put(wanted))).toBe('not_found')
      }
    })

    it('takes no file of a share that was removed meanwhile, and leaves nothing of it', async () => {
      const on = await opened()
      await on.shares.remove(on.share.id)
      expect(await refusal(take(on, 'late.txt'))).toBe('not_found')
      expect(await on.catalog.library.counts('all')).toEqual(new Map())
    })

    it('audits who adds and removes a share', async () => {
      const { catalog, place } = await opened()
      const by = act(place.userId)
      const share = newShare(place, '/srv/b')
      await catalog.shares.put(share, by)
      await catalog.shares.remove(share.id, by)
      const { items } = await catalog.journal.auditPage(2)
      expect(items.map((item) => [item.action, item.subject, item.userId])).toEqual([
        ['share.remove', `share:${share.id}`, place.userId],
        ['share.put', `share:${share.id}`, place.userId],
      ])
    })

    it('keeps the last status of a share, and none of one that was removed', async () => {
      const { catalog, shares, share } = await opened()
      const status = { shareId: share.id, mode: 'events', files: 1, pending: 0 } as const
      const first = { ...status, failed: 0, missing: 0 }
      await shares.putStatus(first, later())
      const since = await catalog.journal.lastEventId()
      await shares.putStatus(first, later())
      expect(await catalog.journal.lastEventId()).toBe(since)
      await shares.putStatus({ ...first, files: 2 }, later())
      expect(await shares.statuses()).toEqual([{ ...first, files: 2 }])
      expect(await catalog.journal.lastEventId()).toBe(since + 1)
      await shares.remove(share.id)
      await shares.putStatus(first, later())
      expect(await shares.statuses()).toEqual([])
    })

    entriesContract(opened)
    movesContract(opened)
  })
}

interface Opened {
  catalog: SharesCatalog
  shares: Catalog['shares']
  place: { userId: string; chapterId: string }
  share: Share
}

function entriesContract(opened: () => Promise<Opened>) {
  it('pages entries by path bytes, of one state or all', async () => {
    const { shares, share } = await opened()
    const paths = ['a', 'a/b', 'a.txt', '\u00ff', 'b']
    const refused = { ...failedEntry(share, 'c'), state: 'refused' as const }
    await shares.putEntries([...paths.map((path) => failedEntry(share, path)), refused])
    const read: string[] = []
    for (let afterPath: Uint8Array | undefined; ; ) {
      const page = await shares.entries(share.id, { limit: 2, ...(afterPath && { afterPath }) })
      read.push(...page.map((entry) => Buffer.from(entry.path).toString('latin1')))
      afterPath = page.at(-1)?.path
      if (page.length < 2) break
    }
    expect(read).toEqual(['a', 'a.txt', 'a/b', 'b', 'c', '\u00ff'])
    expect(await shares.entries(share.id, { limit: 9, state: 'refused' })).toEqual([refused])
    expect(await shares.entry(share.id, bytes('c'))).toEqual(refused)
    expect(await shares.entry(share.id, bytes('d'))).toBeUndefined()
    expect(await shares.counts(share.id)).toEqual({ stored: 0, missing: 0, failed: 5, refused: 1 })
  })

  it('remembers a file whose document was removed for good, and points to nothing', async () => {
    const on = await opened()
    const { documentId } = await take(on, 'plan.txt')
    const by = act(on.place.userId)
    await on.catalog.library.trash('all', documentId, by)
    await on.catalog.library.purge('all', documentId, by)
    const entry = await on.shares.entry(on.share.id, bytes('plan.txt'))
    expect([entry?.state, entry?.documentId, entry?.versionId]).toEqual([
      'stored',
      undefined,
      undefined,
    ])
  })

  it('drops what is reported of a share that was removed', async () => {
    const { shares, share } = await opened()
    await shares.remove(share.id)
    await shares.putEntries([failedEntry(share, 'a')])
    expect(await shares.entries(share.id, { limit: 1 })).toEqual([])
  })

  it('records the source with the version, whatever was known of it', async () => {
    const on = await opened()
    await on.shares.putEntries([failedEntry(on.share, 'a.txt')])
    const { documentId, versionId } = await take(on, 'a.txt')
    expect(await on.shares.entry(on.share.id, bytes('a.txt'))).toMatchObject({
      state: 'stored',
      documentId,
      versionId,
      attempts: 0,
    })
    expect((await on.shares.entry(on.share.id, bytes('a.txt')))?.reason).toBeUndefined()
  })

  it('forgets a file that is none of the share any more, and keeps its document', async () => {
    const on = await opened()
    const { documentId } = await take(on, 'a.txt')
    await on.shares.forget(on.share.id, [bytes('a.txt'), bytes('never seen')])
    expect(await on.shares.entry(on.share.id, bytes('a.txt'))).toBeUndefined()
    const document = await on.catalog.library.document('all', documentId)
    expect([document?.id, document?.sourceState]).toEqual([documentId, undefined])
  })

  it('marks a source as missing and as back, and never touches the document', async () => {
    const on = await opened()
    const { documentId } = await take(on, 'a.txt')
    const source = async () => (await on.catalog.library.document('all', documentId))?.sourceState
    expect(await source()).toBe('present')
    await on.shares.markMissing(on.share.id, [bytes('a.txt')], later())
    expect([await source(), (await on.shares.counts(on.share.id)).missing]).toEqual(['missing', 1])
    await on.shares.markPresent(on.share.id, [bytes('a.txt')], later())
    expect([await source(), (await on.shares.counts(on.share.id)).stored]).toEqual(['present', 1])
    await on.shares.remove(on.share.id)
    expect(await source()).toBeUndefined()
    expect(await on.catalog.library.document('all', documentId)).toBeDefined()
  })

  it('forgets a missing file that never became a document', async () => {
    const { shares, share } = await opened()
    await shares.putEntries([failedEntry(share, 'a')])
    await shares.markMissing(share.id, [bytes('a')], later())
    expect(await shares.entry(share.id, bytes('a'))).toBeUndefined()
  })

  it('gives each of two files that look alike a document of its own, and keeps to it', async () => {
    const on = await opened()
    const composed = await take(on, 'caf\u00e9', { shown: 'café', content: 'one' })
    const apart = await take(on, 'cafe\u0301', { shown: 'café', content: 'one' })
    expect(apart.documentId).not.toBe(composed.documentId)
    const names = await on.catalog.library.list('all', {
      sort: 'name',
      descending: false,
      limit: 9,
    })
    expect(names.items.map((item) => item.name)).toEqual(['café', 'café (2)'])
    const again = await take(on, 'cafe\u0301', {
      shown: 'café',
      content: 'two',
      document: apart.documentId,
    })
    expect([again.documentId, again.number]).toEqual([apart.documentId, 2])
  })

  it('lets a file take over the document of one that is gone, or that came by another door', async () => {
    const on = await opened()
    const old = await take(on, 'cafe\u0301', { shown: 'café', content: 'one' })
    await on.shares.markMissing(on.share.id, [bytes('cafe\u0301')], later())
    const renamed = await take(on, 'caf\u00e9', { shown: 'café', content: 'one' })
    expect([renamed.documentId, renamed.unchanged]).toEqual([old.documentId, true])
  })
}

function movesContract(opened: () => Promise<Opened>) {
  const placeOf = (on: Opened, path: string, folder = '', shown = path) => ({
    shareId: on.share.id,
    path: bytes(path),
    chapterId: on.place.chapterId,
    folder,
    name: shown,
  })

  it('finds where a file was, by the file itself, or by the content of one that went', async () => {
    const on = await opened()
    const { documentId } = await take(on, 'a.txt')
    const { inode, generation } = stamp
    const byFile = () => on.shares.origins(on.share.id, { inode, generation }, 9)
    const byContent = (since = 0, chapterId = on.place.chapterId) =>
      on.shares.origins(on.share.id, { digest: digestOf('a.txt'), since, chapterId }, 9)
    expect((await byFile()).map((entry) => entry.documentId)).toEqual([documentId])
    expect(await on.shares.origins(on.share.id, { inode, generation: 'other' }, 9)).toEqual([])
    expect(await byContent()).toEqual([])
    const now = later()
    await on.shares.markMissing(on.share.id, [bytes('a.txt')], now)
    expect((await byContent(now)).map((entry) => entry.documentId)).toEqual([documentId])
    expect(await byContent(now + 1)).toEqual([])
    expect(await byContent(now, 'another')).toEqual([])
    await on.catalog.library.trash('all', documentId, act(on.place.userId))
    expect([await byFile(), await byContent()]).toEqual([[], []])
  })

  it('finds none of a share that feeds another book', async () => {
    const on = await opened()
    await take(on, 'a.txt')
    const elsewhere = newShare(await shelf(on.catalog, 'Play'), '/srv/play')
    await on.shares.put(elsewhere)
    const { inode, generation } = stamp
    expect(await on.shares.origins(elsewhere.id, { inode, generation }, 9)).toEqual([])
  })

  it('carries an entry and its document to another path, and leaves a taken one alone', async () => {
    const on = await opened()
    const { documentId, versionId } = await take(on, 'a.txt')
    await take(on, 'b.txt')
    const from = placeOf(on, 'a.txt')
    const move = { from, mayCross: true, by: act(on.place.userId) }
    expect(await on.shares.moveEntry({ ...move, to: placeOf(on, 'b.txt') })).toBe(false)
    const seen = { ...stamp, ctimeNs: '99' }
    const to = placeOf(on, 'sub/c.txt', 'sub', 'c.txt')
    expect(await on.shares.moveEntry({ ...move, to, seen })).toBe(true)
    expect(await on.shares.entry(on.share.id, bytes('a.txt'))).toBeUndefined()
    expect(await on.shares.entry(on.share.id, bytes('sub/c.txt'))).toMatchObject({
      ...seen,
      state: 'stored',
      documentId,
      versionId,
    })
    expect(await on.catalog.library.document('all', documentId)).toMatchObject({
      folder: 'sub',
      name: 'c.txt',
      versionCount: 1,
    })
    expect(await on.shares.moveEntry({ ...move, to: placeOf(on, 'd.txt') })).toBe(false)
    const { items } = await on.catalog.journal.auditPage(1)
    expect(items.map((item) => [item.action, item.subject])).toEqual([
      ['document.move', `document:${documentId}`],
    ])
  })

  it('leaves a document in its chapter that may not cross, whatever was found to be like it', async () => {
    const on = await opened()
    const { documentId } = await take(on, 'a.txt')
    const { chapterId } = await shelf(on.catalog, 'Play')
    const to = { ...placeOf(on, 'b.txt'), chapterId }
    const by = act(on.place.userId)
    const move = { from: placeOf(on, 'a.txt'), to, mayCross: false, by }
    expect(await on.shares.moveEntry(move)).toBe(false)
    await on.catalog.library.move('all', documentId, { chapterId }, by)
    expect(await on.shares.moveEntry({ ...move, to: placeOf(on, 'b.txt') })).toBe(false)
    expect(await on.shares.entry(on.share.id, bytes('a.txt'))).toMatchObject({ documentId })
    expect(await on.shares.moveEntry(move)).toBe(true)
  })
}

const bytes = (path: string) => Buffer.from(path)

const newShare = (place: { userId: string; chapterId: string }, path: string): Share => ({
  id: newId(),
  name: 'Plans',
  path,
  chapterId: place.chapterId,
  ownerId: place.userId,
  exclude: [],
  include: [],
  mode: 'mirror',
  mapping: 'folders',
  settleMs: 2_000,
  enabled: true,
  createdAt: later(),
})

const stamp = { device: '1', inode: '2', generation: '2', sizeBytes: 3, mtimeNs: '4', ctimeNs: '5' }

const failedEntry = (share: Share, path: string): ShareEntry => ({
  shareId: share.id,
  path: path === '\u00ff' ? Buffer.from([0xff]) : bytes(path),
  ...stamp,
  state: 'failed',
  reason: 'NO_ACCESS',
  message: 'May not be read.',
  attempts: 1,
  updatedAt: 7,
})

/** Commits a file of the share, as the watcher would. */
async function take(
  { catalog, place, share }: Opened,
  path: string,
  {
    shown = path,
    content = path,
    document,
  }: {
    shown?: string
    content?: string
    document?: string
  } = {},
) {
  const input = {
    versionId: newId(),
    jobId: newId(),
    documentId: newId(),
    chapterId: place.chapterId,
    folder: '',
    name: shown,
    onConflict: 'version' as const,
    digest: digestOf(content),
    sizeBytes: content.length,
    createdBy: place.userId,
    door: 'share' as const,
    traceId: newTraceId(),
    now: later(),
    shareEntry: { shareId: share.id, path: bytes(path), ...stamp, ...(document && { document }) },
  }
  const committed = await commitContent(catalog.ingest, input)
  const { documentId, version, unchanged } = committed
  return { documentId, versionId: version.id, number: version.number, unchanged }
}
