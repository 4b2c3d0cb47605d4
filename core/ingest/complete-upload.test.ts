import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { diskBlobStore } from '../../adapters/disk/blob-store.ts'
import { sqlCatalog } from '../../adapters/sql/catalog.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { seededCatalog } from '../../tests/seeded-catalog.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { resolveAccess } from '../access/access.ts'
import { AppError } from '../errors.ts'
import { newId, newTraceId } from '../ids.ts'
import type { Catalog, Ingest, Ports } from '../ports/index.ts'
import { recover } from '../upkeep/recover.ts'
import { completeUpload, receiveComplete } from './complete-upload.ts'
import { receiveUpload } from './receive-upload.ts'
import { requestUpload } from './request-upload.ts'

type Stores = Pick<Ports, 'blobs' | 'catalog' | 'clock'>

async function box() {
  const seed = await seededCatalog()
  const catalog = sqlCatalog(join(seed.root, 'catalog.sqlite'), testKeys)
  onTestFinished(() => catalog.close())
  const blobs = await diskBlobStore(seed.root)
  const ports: Stores = { catalog, blobs, clock: manualClock(Date.now()) }
  await catalog.people.updateUser(seed.userId, { orgRole: 'admin' })
  const access = await resolveAccess(ports, {
    userId: seed.userId,
    username: 'ada',
    displayName: 'Ada',
    orgRole: 'admin',
    scopes: ['read', 'write'],
    traceId: newTraceId(),
  })
  const request = async (sizeBytes: number, idempotencyKey = newId()) => {
    const { chapterId } = seed.first
    const wish = { name: 'a.txt', sizeBytes, chapterId, idempotencyKey }
    const { upload, token = '' } = await requestUpload(ports, access, wish)
    return { id: upload.id, token }
  }
  const complete = (id: string, on: Stores = ports) => completeUpload(on, access, id)
  const textOf = async (versionId = '') => {
    const version = await catalog.library.version('all', versionId)
    const chunks: Uint8Array[] = []
    for await (const chunk of blobs.read(version?.path ?? '')) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  }
  return { ...seed, catalog, blobs, ports, access, request, complete, textOf }
}

const withFinish = (ports: Stores, finish: Ingest['finish']): Stores => ({
  ...ports,
  catalog: { ...ports.catalog, ingest: { ...ports.catalog.ingest, finish } } as Catalog,
})

it('keeps what was acknowledged when the address is used twice at once', async () => {
  const on = await box()
  const { id, token } = await on.request(5)
  const late = Promise.withResolvers<void>()
  const second = receiveUpload(on.ports, { token }, bytesOf('jello', late.promise))
  await receiveUpload(on.ports, { token }, bytesOf('hello'))
  late.resolve()
  await expect(second).rejects.toMatchObject({ code: 'conflict' })
  const done = await on.complete(id)
  expect([done.status, await on.textOf(done.versionId)]).toEqual(['UPLOAD_COMPLETE', 'hello'])
  expect(await namesOf(on.blobs)).toEqual([])
})

it('does not fail a received upload because of another body that is wrong', async () => {
  const on = await box()
  const { id, token } = await on.request(5)
  const late = Promise.withResolvers<void>()
  const second = receiveUpload(on.ports, { token }, bytesOf('hell', late.promise))
  await receiveUpload(on.ports, { token }, bytesOf('hello'))
  late.resolve()
  await expect(second).rejects.toMatchObject({ code: 'digest_mismatch' })
  expect((await on.complete(id)).status).toBe('UPLOAD_COMPLETE')
})

it('keeps no byte of a body whose address was made anew while it came, either way', async () => {
  const on = await box()
  const { id, token } = await on.request(5, 'key')
  const late = Promise.withResolvers<void>()
  // Both have looked at the address once they ask for the first byte.
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const source = bytesOf('hello', late.promise, second.resolve)
  const bodies = [
    receiveUpload(on.ports, { token }, bytesOf('hello', late.promise, first.resolve)),
    receiveComplete(on.ports, on.access, { body: { token }, source }),
  ]
  await Promise.all([first.promise, second.promise])
  const again = await on.request(5, 'key')
  late.resolve()
  for (const body of bodies) {
    await expect(body).rejects.toMatchObject({ code: 'not_found', reason: 'UPLOAD_URL_GONE' })
  }
  expect(await namesOf(on.blobs)).toEqual([])
  await receiveUpload(on.ports, { token: again.token }, bytesOf('hello'))
  expect((await on.complete(id)).status).toBe('UPLOAD_COMPLETE')
})

it('completes what was received before a crash between publishing and committing', async () => {
  const on = await box()
  const { id, token } = await on.request(5)
  await receiveUpload(on.ports, { token }, bytesOf('hello'))
  const dying = withFinish(on.ports, async () => {
    throw new Error('power cut')
  })
  await expect(on.complete(id, dying)).rejects.toThrow('power cut')
  expect(await recover(on.ports)).toMatchObject({ intents: 1, reaped: 0, uploads: 0 })
  const done = await on.complete(id)
  expect([done.status, await on.textOf(done.versionId)]).toEqual(['UPLOAD_COMPLETE', 'hello'])
})

it('keeps received bytes while the disk is full, and drops them when they are refused', async () => {
  const on = await box()
  const { id, token } = await on.request(5)
  await receiveUpload(on.ports, { token }, bytesOf('hello'))
  const full = withFinish(on.ports, async () => {
    throw new AppError('storage_full', 'The disk is full.')
  })
  await expect(on.complete(id, full)).rejects.toMatchObject({ code: 'storage_full' })
  expect(await namesOf(on.blobs)).toEqual([id])
  const refusing = withFinish(on.ports, async () => {
    throw new AppError('conflict', 'The name is taken.')
  })
  await expect(on.complete(id, refusing)).rejects.toMatchObject({ code: 'conflict' })
  expect((await on.catalog.uploads.get(on.userId, id))?.status).toBe('UPLOAD_FAILED')
  expect(await namesOf(on.blobs)).toEqual([])
})

async function namesOf(blobs: Ports['blobs']): Promise<string[]> {
  const names: string[] = []
  for await (const name of blobs.stagedNames()) names.push(name)
  return names
}

async function* bytesOf(
  text: string,
  after?: Promise<void>,
  onAsked?: () => void,
): AsyncGenerator<Uint8Array> {
  onAsked?.()
  await after
  yield Buffer.from(text)
}
