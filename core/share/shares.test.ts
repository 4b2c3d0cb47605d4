import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../../adapters/sql/database.ts'
import { sqlIngest } from '../../adapters/sql/ingest.ts'
import { sqlJobs } from '../../adapters/sql/jobs.ts'
import { sqlJournal } from '../../adapters/sql/journal.ts'
import { sqlLibrary } from '../../adapters/sql/library.ts'
import { sqlPeople } from '../../adapters/sql/people.ts'
import { sqlShares } from '../../adapters/sql/shares.ts'
import { refusal, shelf } from '../../tests/contracts/library-shelf.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { migratedCatalog } from '../../tests/migrated-catalog.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { resolveAccess } from '../access/access.ts'
import { newId, newTraceId } from '../ids.ts'
import type { Actor } from '../model/actor.ts'
import type { Catalog } from '../ports/index.ts'
import { addShare } from './add-share.ts'
import { changeShare, type ShareChange } from './change-share.ts'
import { listShareEntries } from './list-entries.ts'
import { getShare, listShares } from './list-shares.ts'
import { lastDryRun, orderShare } from './order-share.ts'
import { removeShare } from './remove-share.ts'

async function box() {
  const root = await temporaryFolder()
  const db = openDatabase(await migratedCatalog(root))
  onTestFinished(() => db.close())
  const catalog = {
    ingest: sqlIngest(db, testKeys),
    jobs: sqlJobs(db),
    journal: sqlJournal(db),
    library: sqlLibrary(db),
    people: sqlPeople(db),
    shares: sqlShares(db),
  } as unknown as Catalog
  const place = await shelf(catalog)
  const ports = { catalog, clock: manualClock() }
  const dataDir = join(root, 'data')
  await mkdir(join(dataDir, 'shares/inbox'), { recursive: true })
  await mkdir(join(root, 'plans/2026'), { recursive: true })
  const accessOf = (change: Partial<Actor> = {}) =>
    resolveAccess(ports, { ...admin(place.userId), ...change })
  const add = async (path: string, change: Partial<Actor> = {}) =>
    addShare(
      ports,
      await accessOf(change),
      { path, chapterId: place.chapterId },
      {
        dataDir,
        settleMs: 2_000,
      },
    )
  return { root, dataDir, ports, place, accessOf, add }
}

const admin = (userId: string): Actor => ({
  userId,
  username: 'ada',
  displayName: 'Ada',
  orgRole: 'admin',
  scopes: ['read', 'write', 'admin'],
  traceId: newTraceId(),
})

it('watches a folder in the name of who adds it', async () => {
  const on = await box()
  const share = await on.add(`${on.root}/plans/`)
  expect(share).toMatchObject({
    name: 'plans',
    path: join(on.root, 'plans'),
    ownerId: on.place.userId,
    settleMs: 2_000,
    enabled: true,
  })
  expect(await listShares(on.ports, await on.accessOf())).toEqual([share])
})

it('is for administrators of the box, and for no credential of certain books', async () => {
  const on = await box()
  const { bookId } = on.place
  const strangers = [{ orgRole: 'member' as const }, { bookIds: [bookId] }]
  for (const who of strangers) {
    expect(await refusal(on.add(join(on.root, 'plans'), who))).toMatch(/^forbidden/)
    const access = await on.accessOf(who)
    expect(await refusal(listShares(on.ports, access))).toMatch(/^forbidden/)
    expect(await refusal(removeShare(on.ports, access, newId()))).toMatch(/^forbidden/)
    expect(await refusal(changeShare(on.ports, access, { id: newId() }))).toMatch(/^forbidden/)
  }
})

it('says what is wrong with a folder', async () => {
  const on = await box()
  await writeFile(join(on.root, 'file.txt'), '')
  await symlink(on.dataDir, join(on.root, 'alias'))
  const refusals = {
    plans: 'bad_request FOLDER_PATH',
    [join(on.root, 'file.txt')]: 'bad_request FOLDER_PATH',
    [join(on.root, 'nowhere')]: 'bad_request FOLDER_MISSING',
    [on.dataDir]: 'bad_request FOLDER_OURS',
    [on.root]: 'bad_request FOLDER_OURS',
    [join(on.root, 'alias')]: 'bad_request FOLDER_OURS',
    '/': 'bad_request FOLDER_OURS',
    '/proc/self': 'bad_request FOLDER_OURS',
  }
  for (const [path, expected] of Object.entries(refusals)) {
    expect([path, await refusal(on.add(path))]).toEqual([path, expected])
  }
  await on.add(join(on.dataDir, 'shares/inbox'))
})

it('never lets a file come through two shares', async () => {
  const on = await box()
  await symlink(join(on.root, 'plans/2026'), join(on.root, 'alias'))
  const share = await on.add(join(on.root, 'plans'))
  for (const path of ['plans', 'plans/2026', 'alias']) {
    expect(await refusal(on.add(join(on.root, path)))).toBe('conflict SHARE_EXISTS')
  }
  await removeShare(on.ports, await on.accessOf(), share.id)
  await on.add(join(on.root, 'plans/2026'))
  expect(await refusal(on.add(join(on.root, 'plans')))).toBe('conflict SHARE_EXISTS')
})

it('changes what may change, and leaves the rest', async () => {
  const on = await box()
  const share = await on.add(join(on.root, 'plans'))
  const access = await on.accessOf()
  const change = { id: share.id, exclude: [' *.bak ', '', '*.bak'], enabled: false }
  const changed = await changeShare(on.ports, access, change)
  expect(changed).toEqual({ ...share, exclude: ['*.bak'], enabled: false })
  const lost = changeShare(on.ports, access, { id: share.id, chapterId: newId() })
  expect(await refusal(lost)).toBe('not_found')
})

it('takes rules back, and what an inbox has put aside is no news to a mirror', async () => {
  const on = await box()
  const plain = await on.add(join(on.root, 'plans'))
  const access = await on.accessOf()
  const change = (wanted: Omit<ShareChange, 'id'>) =>
    changeShare(on.ports, access, { id: plain.id, ...wanted })
  const window = { from: 60, to: 120 }
  const ruled = await change({ mode: 'inbox', onConflict: 'keep_both', scanWindow: window })
  expect(ruled).toEqual({ ...plain, mode: 'inbox', onConflict: 'keep_both', scanWindow: window })
  const back = await change({ mode: 'mirror', onConflict: null, scanWindow: null })
  expect(back).toEqual({ ...plain, exclude: ['/done'] })
  expect(await getShare(on.ports, access, plain.id)).toEqual(back)
})

it('needs an owner whose account is open', async () => {
  const on = await box()
  const { id } = await on.add(join(on.root, 'plans'))
  const access = await on.accessOf()
  const owned = changeShare(on.ports, access, { id, ownerId: newId() })
  expect(await refusal(owned)).toBe('bad_request SHARE_OWNER')
})

it('takes orders for a share that is watched, and none for one that is paused', async () => {
  const on = await box()
  const { id } = await on.add(join(on.root, 'plans'))
  const access = await on.accessOf()
  await orderShare(on.ports, access, { id, what: 'dry_run' })
  expect(await lastDryRun(on.ports, access, id)).toEqual({ isAsked: true })
  await changeShare(on.ports, access, { id, enabled: false })
  const refused = orderShare(on.ports, access, { id, what: 'scan' })
  expect(await refusal(refused)).toBe('conflict SHARE_PAUSED')
  expect(await refusal(orderShare(on.ports, access, { id: newId(), what: 'scan' }))).toBe(
    'not_found',
  )
})

it('lists files page by page under names that are safe to show', async () => {
  const on = await box()
  const share = await on.add(join(on.root, 'plans'))
  const stamp = { device: '', inode: '', generation: '', sizeBytes: 0, mtimeNs: '0', ctimeNs: '0' }
  const names = ['a', 'b\n', 'c'].map((name) => Buffer.from(name))
  await on.ports.catalog.shares.putEntries(
    names.map((path) => ({
      shareId: share.id,
      path,
      ...stamp,
      state: 'failed',
      attempts: 1,
      updatedAt: 0,
    })),
  )
  const access = await on.accessOf()
  const first = await listShareEntries(on.ports, access, { shareId: share.id, limit: 2 })
  expect(first.items.map((entry) => entry.shown)).toEqual(['a', 'b%0A'])
  const cursor = first.nextCursor ?? ''
  const rest = await listShareEntries(on.ports, access, { shareId: share.id, limit: 2, cursor })
  expect([rest.items.map((entry) => entry.shown), rest.nextCursor]).toEqual([['c'], undefined])
  const wrong = { shareId: share.id, limit: 2, cursor: '!' }
  expect(await refusal(listShareEntries(on.ports, access, wrong))).toBe('bad_request CURSOR')
})
