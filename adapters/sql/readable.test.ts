import { expect, it } from 'vitest'
import type { Digest } from '../../core/digest.ts'
import { newId } from '../../core/ids.ts'
import type { NewVersion } from '../../core/ports/index.ts'
import { commitContent } from '../../tests/commit-content.ts'
import { newVersion, seededCatalog } from '../../tests/seeded-catalog.ts'

const DIGEST = 'a'.repeat(64) as Digest
const OTHER = 'b'.repeat(64) as Digest

async function box() {
  const seed = await seededCatalog()
  const { ingest } = seed.catalog
  const [mine, theirs] = [seed.first.chapterId, seed.second.chapterId]
  const store = async (digest: Digest, change: Partial<NewVersion> = {}) => {
    const input = newVersion(seed, { digest, sizeBytes: 3 }, { now: 5, ...change })
    return commitContent(ingest, input)
  }
  const found = async (visible: readonly string[] | 'all', digest = DIGEST) =>
    (await ingest.readable([digest, 'c'.repeat(64) as Digest], visible)).map(
      ({ documentId }) => documentId,
    )
  return { ...seed, ingest, mine, theirs, store, found }
}

it('finds a content once it is findable, and only in chapters that are visible', async () => {
  const on = await box()
  const { documentId, version } = await on.store(DIGEST, { chapterId: on.theirs })
  expect(await on.found('all')).toEqual([])
  await on.ingest.markLinked(version.id, 6)
  expect(await on.found([on.mine])).toEqual([])
  expect(await on.found([])).toEqual([])
  expect(await on.found([on.mine, on.theirs])).toEqual([documentId])
  expect(await on.found('all')).toEqual([documentId])
})

it('follows the document to where it is moved, and not into the trash', async () => {
  const on = await box()
  const { documentId, version } = await on.store(DIGEST)
  await on.ingest.markLinked(version.id, 6)
  const change = (values: { chapter_id?: string; trashed_at?: number }) =>
    on.db.writer.updateTable('documents').set(values).where('id', '=', documentId).execute()
  await change({ chapter_id: on.theirs })
  expect(await on.found([on.mine])).toEqual([])
  expect(await on.found([on.theirs])).toEqual([documentId])
  await change({ trashed_at: 7 })
  expect(await on.found([on.theirs])).toEqual([])
})

it('knows the current version only, and none whose bytes are damaged', async () => {
  const on = await box()
  const name = 'plan.txt'
  const first = await on.store(DIGEST, { name })
  await on.ingest.markLinked(first.version.id, 6)
  const second = await on.store(OTHER, { name })
  expect([await on.found([on.mine]), await on.found([on.mine], OTHER)]).toEqual([[], []])
  await on.ingest.markLinked(second.version.id, 8)
  expect(await on.found([on.mine], OTHER)).toEqual([second.documentId])
  const live = await on.catalog.blobs.live(OTHER)
  await on.catalog.blobs.markDamaged(live?.id ?? 0)
  expect([await on.found([on.mine], OTHER), await on.found('all', OTHER)]).toEqual([[], []])
})

it('makes a second pointer without bytes, unless the first one went meanwhile', async () => {
  const on = await box()
  const { version } = await on.store(DIGEST)
  const point = (source: string) => {
    const uploadId = newId()
    const input = newVersion(on, { digest: DIGEST, sizeBytes: 3 }, { now: 9, uploadId })
    const { chapterId, folder, name, onConflict, traceId } = input
    const place = { chapterId, folder, name, onConflict, traceId }
    const times = { createdAt: 9, updatedAt: 9 }
    return on.ingest.point(input, source, {
      id: uploadId,
      userId: on.userId,
      ...place,
      declaredDigest: DIGEST,
      declaredSize: 3,
      status: 'UPLOAD_PENDING',
      ...times,
    })
  }
  const pointed = await point(version.id)
  expect(pointed).toMatchObject({ unchanged: false, upload: { status: 'UPLOAD_COMPLETE' } })
  expect(await on.catalog.uploads.get(on.userId, pointed?.upload.id ?? '')).toMatchObject({
    status: 'UPLOAD_COMPLETE',
    versionId: pointed?.version.id,
    jobId: pointed?.jobId,
  })
  expect(await on.catalog.blobs.live(DIGEST)).toMatchObject({ refs: 2 })
  expect(await point(newId())).toBeUndefined()
  const live = await on.catalog.blobs.live(DIGEST)
  await on.catalog.blobs.markDamaged(live?.id ?? 0)
  expect(await point(version.id)).toBeUndefined()
})
