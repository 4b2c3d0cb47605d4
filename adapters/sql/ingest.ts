import { sql } from 'kysely'
import { notFound } from '../../core/errors.ts'
import type { Keys, Tag } from '../../core/keys.ts'
import type { Committed, Ingest, NewVersion } from '../../core/ports/index.ts'
import type { Stamp } from '../../core/share/stamp.ts'
import { recordEntry } from './archives.ts'
import type { Database, Tx } from './database.ts'
import { closeIntent, intend } from './intents.ts'
import { prepared } from './prepared.ts'
import { queueLink, startContent } from './queue-first.ts'
import { assertQuota, NO_QUOTA, type QuotaRule } from './quota.ts'
import { readableBy } from './readable.ts'
import { writeAudit, writeEvent } from './record.ts'
import type { ReservedPaths } from './reserved.ts'
import { freshRows, liveBlob, settleDerived, settleOldest } from './settle.ts'
import { insertAsked } from './upload-requests.ts'
import { completeUpload, uploadOf } from './upload-rows.ts'
import { versionOf } from './version.ts'
import { type Target, targetOf, type Unchanged } from './version-target.ts'

/** The catalog's half of the blob protocol; see docs/format.md for its crash windows. */
export const sqlIngest = (
  db: Database,
  keys: Keys,
  { quota = NO_QUOTA, reserved }: { quota?: QuotaRule; reserved?: ReservedPaths } = {},
): Ingest => ({
  async begin(input) {
    const { uploadId, digest, now } = input
    const publishPath = uploadId && reserved?.take(uploadId, digest, now)
    if (publishPath) return { publishPath }
    return db.write(async (tx) => {
      const target = await targetOf(tx, input)
      if ('committed' in target) return stayed(tx, input, target)
      await assertQuota(tx, input, quota)
      return { publishPath: await intend(tx, digest, now) }
    })
  },

  finish: (input, publishPath) =>
    db.write(async (tx) => {
      await closeIntent(tx, publishPath)
      const target = await targetOf(tx, input)
      if ('committed' in target) {
        await tx.insertInto('blob_reaps').values({ path: publishPath }).execute()
        return { ...(await stayed(tx, input, target)), orphanPath: publishPath }
      }
      await assertQuota(tx, input, quota)
      const tag = keys.tag(input.digest)
      const blob = await insertFresh.first(tx, { ...input, tag, publishPath })
      return point(tx, input, target, blob)
    }),

  async readable(digests, visible) {
    const byTag = new Map(digests.map((digest) => [keys.tag(digest), digest]))
    const rows = await readableBy(db.read, visible, [...byTag.keys()])
    return rows.flatMap(({ tag, ...row }) => {
      const digest = byTag.get(tag)
      return digest === undefined ? [] : [{ ...row, digest }]
    })
  },

  point: (input, sourceVersionId, asked) =>
    db.write(async (tx) => {
      const source = await versionOf(tx, { id: sourceVersionId })
      const live = await liveBlob(tx, keys.tag(input.digest))
      if (!live || source?.blobId !== live.id) return undefined
      await insertAsked(tx, asked)
      const committed = await pointToLive(tx, input, { blobId: live.id, quota, sourceVersionId })
      return { ...committed, upload: await uploadOf(tx, asked.id) }
    }),

  async settle(limit, now) {
    // Looking first keeps an idle box from taking the write lock four times a second.
    if ((await freshRows(db.read, 1)).length === 0) return { contents: [], orphanPaths: [] }
    return db.write((tx) => settleOldest(tx, limit, now))
  },

  beginDerived: (digest, now) =>
    db.write(async (tx) => {
      const live = await liveBlob(tx, keys.tag(digest))
      if (!live) return { publishPath: await intend(tx, digest, now) }
      await renewGrace(tx, live.id, now)
      return { blobId: live.id }
    }),

  finishDerived: (digest, sizeBytes, publishPath, now) =>
    db.write(async (tx) => {
      await closeIntent(tx, publishPath)
      const newcomer = { tag: keys.tag(digest), digest, path: publishPath, sizeBytes, now }
      const blob = await settleDerived(tx, newcomer)
      await renewGrace(tx, blob.blobId, now)
      return blob
    }),

  markLinked: (versionId, now) =>
    db.write(async (tx) => {
      const row = await tx
        .selectFrom('versions as v')
        .innerJoin('documents as d', 'd.id', 'v.document_id')
        .select(['v.document_id', 'd.chapter_id'])
        .where('v.id', '=', versionId)
        .executeTakeFirst()
      if (!row) return false
      await tx.updateTable('versions').set({ linked_at: now }).where('id', '=', versionId).execute()
      await writeEvent(tx, {
        kind: 'document',
        chapterId: row.chapter_id,
        payload: { document_id: row.document_id, change: 'findable' },
        at: now,
      })
      return true
    }),
})

const renewGrace = (tx: Tx, id: number, now: number) =>
  tx
    .updateTable('blobs')
    .set({ zero_since: now })
    .where('id', '=', id)
    .where('refs', '=', 0)
    .execute()

/** A row of its own for every arrival: whether the box knew the content is asked when it is settled. */
const insertFresh = prepared((db, given: NewVersion & { tag: Tag; publishPath: string }) =>
  db
    .insertInto('blobs')
    .values({
      tag: given.tag,
      digest: given.digest,
      path: given.publishPath,
      size_bytes: given.sizeBytes,
      zero_since: given.now,
      created_at: given.now,
      state: 'fresh',
    })
    .returning(['id', 'media_type']),
)

/** Nothing new to store. A file of a share is remembered all the same, so that no scan reads it again. */
async function stayed(tx: Tx, input: NewVersion, { committed }: Unchanged): Promise<Committed> {
  const { documentId, version, jobId } = committed
  await recordSource(tx, input, documentId, version.id)
  await recordEntry(tx, input, documentId)
  await completeUpload(tx, { ...input, versionId: version.id, jobId }, documentId)
  return committed
}

/**
 * A pointer to bytes that are there. Without a source that its maker could read it waits as long as
 * any other second pointer.
 */
export async function pointToLive(
  tx: Tx,
  input: NewVersion,
  { blobId, quota, ...source }: { blobId: number; quota: QuotaRule; sourceVersionId?: string },
): Promise<Committed> {
  const target = await targetOf(tx, input)
  if ('committed' in target) return stayed(tx, input, target)
  await assertQuota(tx, input, quota)
  const committed = await point(tx, input, target, await blobById.first(tx, { blobId }))
  await startContent(tx, { ...input, versionIds: [input.versionId], ...source })
  return committed
}

const blobById = prepared((db, given: { blobId: number }) =>
  db.selectFrom('blobs').select(['id', 'media_type']).where('id', '=', given.blobId),
)

/** The pointer itself: document, version, jobs, upload, share entry, audit and event. */
async function point(
  tx: Tx,
  input: NewVersion,
  target: Target,
  blob: { id: number; media_type: string } | undefined,
): Promise<Committed> {
  if (!blob) throw new Error('a pointer to no blob')
  const number = target.documentId ? await nextNumber(tx, target.documentId) : 1
  const documentId = target.documentId ?? input.documentId
  if (!target.documentId) await insertDocument(tx, input, target.name)
  await insertVersion.run(tx, {
    ...input,
    documentId,
    number,
    blobId: blob.id,
    parentVersionId: input.parent?.versionId ?? null,
    parentIndex: input.parent?.index ?? null,
  })
  if (target.documentId) await makeCurrent.run(tx, { ...input, documentId })
  await queueLink(tx, { ...input, chapterId: target.chapterId })
  await completeUpload(tx, input, documentId)
  await recordSource(tx, input, documentId, input.versionId)
  await recordEntry(tx, input, documentId)
  await record(tx, { ...input, chapterId: target.chapterId }, documentId)
  const { versionId: id, digest, sizeBytes, createdBy, now: createdAt, door } = input
  const facts = { id, documentId, number, digest, sizeBytes, createdBy, createdAt, door }
  const version = { ...facts, mediaType: blob.media_type }
  return { version, documentId, jobId: input.jobId, unchanged: false }
}

async function nextNumber(tx: Tx, documentId: string): Promise<number> {
  return ((await lastNumber.first(tx, { documentId }))?.last ?? 0) + 1
}

const lastNumber = prepared((db, given: { documentId: string }) =>
  db
    .selectFrom('versions')
    .select(sql<number>`coalesce(max(number), 0)`.as('last'))
    .where('document_id', '=', given.documentId),
)

interface VersionRow extends NewVersion {
  documentId: string
  number: number
  blobId: number
  parentVersionId: string | null
  parentIndex: number | null
}

const insertVersion = prepared((db, given: VersionRow) =>
  db.insertInto('versions').values({
    id: given.versionId,
    document_id: given.documentId,
    number: given.number,
    blob_id: given.blobId,
    size_bytes: given.sizeBytes,
    created_by: given.createdBy,
    created_at: given.now,
    door: given.door,
    linked_at: null,
    parent_version_id: given.parentVersionId,
    parent_index: given.parentIndex,
    trace_id: given.traceId,
  }),
)

const makeCurrent = prepared((db, given: { documentId: string; versionId: string; now: number }) =>
  db
    .updateTable('documents')
    .set({ current_version_id: given.versionId, updated_at: given.now })
    .where('id', '=', given.documentId),
)

const insertDocument = (tx: Tx, input: NewVersion, name: string) =>
  insertDocumentRow.run(tx, {
    ...input,
    name,
    sourceState: input.shareEntry || input.archiveEntry ? 'present' : null,
  })

const insertDocumentRow = prepared((db, given: NewVersion & { sourceState: 'present' | null }) =>
  db.insertInto('documents').values({
    id: given.documentId,
    chapter_id: given.chapterId,
    folder: given.folder,
    name: given.name,
    current_version_id: given.versionId,
    created_by: given.createdBy,
    created_at: given.now,
    updated_at: given.now,
    source_state: given.sourceState,
  }),
)

/** Remembers which file of which share this was, so that the next scan knows it. */
async function recordSource(
  tx: Tx,
  input: NewVersion,
  documentId: string,
  versionId: string,
): Promise<void> {
  const entry = input.shareEntry
  if (!entry) return
  if (!(await shareOf.first(tx, entry))) throw notFound()
  await putStored.run(tx, {
    ...entry,
    path: Buffer.from(entry.path),
    documentId,
    versionId,
    now: input.now,
  })
  // A new document begins with it.
  if (documentId !== input.documentId) await setPresent.run(tx, { documentId })
}

/** It may have been removed while its watcher was still reading the file. */
const shareOf = prepared((db, given: { shareId: string }) =>
  db.selectFrom('shares').select('id').where('id', '=', given.shareId),
)

interface StoredEntry extends Stamp {
  shareId: string
  path: Buffer
  documentId: string
  versionId: string
  now: number
}

const putStored = prepared((db, given: StoredEntry) => {
  const row = {
    device: given.device,
    inode: given.inode,
    generation: given.generation,
    size_bytes: given.sizeBytes,
    mtime_ns: given.mtimeNs,
    ctime_ns: given.ctimeNs,
    state: sql.lit('stored' as const),
    document_id: given.documentId,
    version_id: given.versionId,
    reason: null,
    message: null,
    attempts: 0,
    updated_at: given.now,
  }
  return db
    .insertInto('share_entries')
    .values({ share_id: given.shareId, path: given.path, ...row })
    .onConflict((conflict) => conflict.columns(['share_id', 'path']).doUpdateSet(row))
})

const setPresent = prepared((db, given: { documentId: string }) =>
  db
    .updateTable('documents')
    .set({ source_state: sql.lit('present') })
    .where('id', '=', given.documentId),
)

async function record(tx: Tx, input: NewVersion, documentId: string): Promise<void> {
  await writeEvent(tx, {
    kind: 'document',
    chapterId: input.chapterId,
    payload: { document_id: documentId, change: 'stored' },
    at: input.now,
  })
  await writeAudit(tx, {
    at: input.now,
    userId: input.createdBy,
    action: 'document.store',
    subject: `document:${documentId}`,
    detail: { version: input.versionId, door: input.door, size_bytes: input.sizeBytes },
    traceId: input.traceId,
    ...(input.door !== 'mail' && { door: input.door }),
    ...(input.address && { address: input.address }),
  })
}
