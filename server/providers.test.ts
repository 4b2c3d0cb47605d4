import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folderProvider } from '../adapters/folder/provider.ts'
import { settleArrivals } from '../core/ingest/settle.ts'
import { copyAll } from '../core/replica/copy-all.ts'
import type { ManualClock } from '../tests/manual-clock.ts'
import { formOf, type ServerWorld, serverWorld } from '../tests/server-world.ts'
import { temporaryFolder } from '../tests/temporary-folder.ts'

const TEXT = 'a plan, in full'
const HOUR_MS = 3_600_000

async function boxWithCopies() {
  const folder = await temporaryFolder()
  const provider = folderProvider({ name: 'second disk', path: folder })
  const world = await serverWorld({}, 'disk', { providers: [provider] })
  await world.ports.catalog.copies.enrol(['second disk'])
  ahead(world.ports.clock)
  const root = await world.person('root', 'admin')
  const shelf = await world.shelf('Work', 'Plans')
  const copy = () =>
    copyAll(world.ports, provider, {
      lanes: 2,
      leaseMs: 60_000,
      recheckMs: 0,
      signal: new AbortController().signal,
    })
  return { world, folder, root, shelf, copy }
}

/** Ahead of the catalog's own clock, which stamps what triggers queue. */
function ahead(clock: ManualClock): void {
  clock.setWall(Math.max(clock.now(), Date.now() + HOUR_MS))
}

async function upload(world: ServerWorld, token: string, chapterId: string) {
  const form = formOf([
    ['chapter_id', chapterId],
    ['file', TEXT, 'plan.txt'],
  ])
  const answer = await world.ask('POST', '/knowledge-base/upload', { token, ...form })
  const { document_id, version_id } = (await answer.json()) as Record<string, string>
  await settleArrivals(world.ports)
  await world.ports.catalog.ingest.markLinked(version_id ?? '', world.ports.clock.now())
  const read = async () => {
    const page = await world.ask('GET', `/api/v1/documents/${document_id}`, { token })
    return ((await page.json()) as { provider_uploads: unknown }).provider_uploads
  }
  return { documentId: document_id, read }
}

it('shows the copies of a file on its page and in the check by hash', async () => {
  const { world, root, shelf, copy } = await boxWithCopies()
  const { read, documentId } = await upload(world, root.token, shelf.chapters[0] ?? '')
  const waiting = { state: 'waiting', key: null, checksum: null, verified_at: null }
  expect(await read()).toEqual({ 'second disk': waiting })
  expect(await copy()).toEqual({ good: 1, failed: 0 })
  expect(await read()).toMatchObject({
    'second disk': { state: 'stored', verified_at: world.ports.clock.now() },
  })
  const digest = (await world.ports.catalog.library.document('all', documentId ?? ''))?.version
    .digest
  const json = { sha256: digest, provider_id: 'second disk' }
  const checked = await world.ask('POST', '/api/v1/assets/check-by-hash', {
    token: root.token,
    json,
  })
  expect(await checked.json()).toMatchObject({
    exists: true,
    uploaded_to_providers: ['second disk'],
  })
})

it('shows a newcomer with known bytes what it shows one with new bytes', async () => {
  const { world, root, shelf, copy } = await boxWithCopies()
  await upload(world, root.token, shelf.chapters[0] ?? '')
  await copy()
  world.ports.clock.advance(HOUR_MS)
  const ada = await world.person('ada')
  const own = await world.shelf('Hers', 'Own')
  await world.grant(ada.id, 'contributor', { bookId: own.id })
  const { read } = await upload(world, ada.token, own.chapters[0] ?? '')
  const untold = { key: null, checksum: null, verified_at: null }
  expect(await read()).toEqual({ 'second disk': { state: 'waiting', ...untold } })
  world.ports.clock.advance(1_000)
  expect(await copy()).toEqual({ good: 1, failed: 0 })
  expect(await read()).toEqual({ 'second disk': { state: 'stored', ...untold } })
})

it('shows whoever has a file no change when somebody else brings the same', async () => {
  const { world, root, shelf, copy } = await boxWithCopies()
  const ada = await world.person('ada')
  const own = await world.shelf('Hers', 'Own')
  await world.grant(ada.id, 'contributor', { bookId: own.id })
  const { read } = await upload(world, ada.token, own.chapters[0] ?? '')
  await copy()
  const before = await read()
  expect(before).toMatchObject({ 'second disk': { state: 'stored' } })
  world.ports.clock.advance(HOUR_MS)
  await upload(world, root.token, shelf.chapters[0] ?? '')
  world.ports.clock.advance(1_000)
  expect(await copy()).toEqual({ good: 1, failed: 0 })
  expect(await read()).toEqual(before)
})

it('tells administrators how far each store is, and tries again when they say so', async () => {
  const { world, root, shelf, folder, copy } = await boxWithCopies()
  await upload(world, root.token, shelf.chapters[0] ?? '')
  await rename(folder, `${folder}-away`)
  expect(await copy()).toEqual({ good: 0, failed: 1 })
  const list = async () => {
    const answer = await world.ask('GET', '/api/v1/providers', { token: root.token })
    return ((await answer.json()) as { items: unknown[] }).items
  }
  expect(await list()).toMatchObject([
    { name: 'second disk', kind: 'folder', waiting: 1, stored: 0, last_verified_at: null },
  ])
  await rename(`${folder}-away`, folder)
  const again = (name: string) =>
    world.ask('POST', '/api/v1/providers/retry', { token: root.token, json: { name } })
  expect((await again('nothing')).status).toBe(404)
  expect(await (await again('second disk')).json()).toEqual({ retried: 1 })
  expect(await copy()).toEqual({ good: 1, failed: 0 })
  expect(await list()).toMatchObject([
    { waiting: 0, stored: 1, stored_bytes: TEXT.length, last_error: null },
  ])
})

it('stays ready while a store is away, and names it', async () => {
  const { world, root, folder } = await boxWithCopies()
  await rename(folder, join(`${folder}-away`))
  const ready = await world.ask('GET', '/readyz')
  expect([ready.status, await ready.json()]).toMatchObject([
    200,
    { status: 'degraded', checks: { catalog: 'ok', 'store:second disk': 'failing' } },
  ])
  const status = await world.ask('GET', '/api/v1/status', { token: root.token })
  expect(((await status.json()) as { checks: unknown[] }).checks).toContainEqual({
    name: 'store:second disk',
    ok: false,
    warns: false,
    message: 'The folder of the copies is away or cannot be written.',
  })
  await rename(`${folder}-away`, folder)
})
