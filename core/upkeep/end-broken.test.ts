import { join } from 'node:path'
import { expect, it } from 'vitest'
import { diskBlobStore } from '../../adapters/disk/blob-store.ts'
import { sqlCatalog } from '../../adapters/sql/catalog.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { seededCatalog } from '../../tests/seeded-catalog.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { resolveAccess } from '../access/access.ts'
import { crc32c } from '../crc32c.ts'
import { newTraceId } from '../ids.ts'
import { completeUpload } from '../ingest/complete-upload.ts'
import { receivePart } from '../ingest/receive-part.ts'
import { receiveUpload } from '../ingest/receive-upload.ts'
import { requestUpload, type UploadRequest } from '../ingest/request-upload.ts'
import { newTurns } from '../ingest/turns.ts'
import { recover } from './recover.ts'

const LIMITS = { urlTtlMs: 900_000, maxBytes: 100, partBytes: 3 }

async function box() {
  const seed = await seededCatalog()
  const catalog = sqlCatalog(join(seed.root, 'catalog.sqlite'), testKeys)
  const ports = { catalog, clock: manualClock(), blobs: await diskBlobStore(seed.root) }
  await catalog.library.putGrant({
    id: 'g',
    bookId: seed.first.bookId,
    userId: seed.userId,
    role: 'contributor',
    createdAt: 0,
  })
  const access = await resolveAccess(ports, {
    userId: seed.userId,
    username: 'ada',
    displayName: 'Ada',
    orgRole: 'member',
    scopes: ['read', 'write'],
    traceId: newTraceId(),
  })
  const request = (wish: Partial<UploadRequest> = {}) => {
    const { chapterId } = seed.first
    const file = { name: 'a.txt', sizeBytes: 5, chapterId, idempotencyKey: 'k' }
    return requestUpload(ports, access, { ...file, ...wish }, LIMITS)
  }
  const status = async (id: string) => (await catalog.uploads.get(seed.userId, id))?.status
  const lose = async () => {
    for await (const name of ports.blobs.stagedNames()) await ports.blobs.discardStaged(name)
  }
  return { ...seed, ports, access, request, status, lose }
}

it('ends what was received and is not there any more, and takes it again', async () => {
  const on = await box()
  const { upload, token } = await on.request({ sizeBytes: 3 })
  await receiveUpload(on.ports, { token: token ?? '' }, bytesOf('abc'))
  await on.lose()
  expect(await recover(on.ports)).toMatchObject({ uploads: 1 })
  expect(await on.status(upload.id)).toBe('UPLOAD_FAILED')

  const again = await on.request({ sizeBytes: 3 })
  expect(again.upload.id).toBe(upload.id)
  await receiveUpload(on.ports, { token: again.token ?? '' }, bytesOf('abc'))
  const done = await completeUpload(on.ports, on.access, upload.id)
  expect(done.status).toBe('UPLOAD_COMPLETE')
})

it('ends an upload whose parts are gone, as no other part would make it whole', async () => {
  const on = await box()
  const { upload, token = '' } = await on.request()
  const hex = crc32c(Buffer.from('hel')).toString(16).padStart(8, '0')
  const part = { token, number: 1, checksums: [{ kind: 'crc32c' as const, hex }] }
  await receivePart({ ...on.ports, turns: newTurns() }, part, bytesOf('hel'))
  await on.lose()
  expect(await recover(on.ports)).toMatchObject({ uploads: 1 })
  expect(await on.status(upload.id)).toBe('UPLOAD_FAILED')
  expect(await on.ports.catalog.uploads.parts(upload.id)).toEqual([])
})

it('ends an upload that never got an address', async () => {
  const on = await box()
  const { upload } = await on.request()
  await on.db.writer.updateTable('uploads').set({ status: 'UPLOAD_PENDING' }).execute()
  expect(await recover(on.ports)).toMatchObject({ uploads: 1 })
  expect(await on.status(upload.id)).toBe('UPLOAD_FAILED')
})

it('leaves uploads alone that wait, or have what they promise', async () => {
  const on = await box()
  const waiting = await on.request({ idempotencyKey: 'waiting' })
  const received = await on.request({ idempotencyKey: 'received', sizeBytes: 3 })
  await receiveUpload(on.ports, { token: received.token ?? '' }, bytesOf('abc'))
  expect(await recover(on.ports)).toMatchObject({ uploads: 0 })
  expect(await on.status(waiting.upload.id)).toBe('UPLOAD_URL_GENERATED')
  expect((await completeUpload(on.ports, on.access, received.upload.id)).status).toBe(
    'UPLOAD_COMPLETE',
  )
})

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
