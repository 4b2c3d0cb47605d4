import { sql } from 'kysely'
import { newBlobPath } from '../../core/blob-path.ts'
import type { Digest } from '../../core/digest.ts'
import { AppError, notFound } from '../../core/errors.ts'
import type { Keys, Tag } from '../../core/keys.ts'
import type { Committed, Ingest, NewVersion } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { queueLink, startContent } from './queue-first.ts'
import { assertQuota, NO_QUOTA, type QuotaRule } from './quota.ts'
import { readableBy } from './readable.ts'
import { writeAudit, writeEvent } from './record.ts'
import { freshRows, liveBlob, settleDerived, settleOldest } from './settle.ts'
import { insertAsked } from './upload-requests.ts'
import { completeUpload, uploadOf } from './upload-rows.ts'
import { versionOf } from './version.ts'
import { type Target, targetOf, type Unchanged } from './version-target.ts'

/** The catalog's half of the blob protocol; see docs/format.md for its crash windows. */
export const sqlIngest = (db: Database, keys: Keys, quota: QuotaRule = NO_QUOTA): Ingest => ({
  begin: (input) =>
    db.write(async (tx) => {
      const target = await targetOf(tx, input)
      if ('committed' in target) return stayed(tx, input, target)
      await assertQuota(tx, input, quota)
      return { publishPath: await intend(tx, input.digest, input.now) }
    }),

  finish: (input, publishPath) =>
    db.write(async (tx) => {
      await closeIntent(tx, publishPath)
      const target = await targetOf(tx, input)
      if ('committed' in target) {
        await tx.insertInto('blob_reaps').values({ path: publishPath }).execute()
        return { ...(await stayed(tx, input, target)), orphanPath: publishPath }
      }
      await assertQuota(tx, input, quota)
      const blobId = await insertFresh(tx, { ...input, tag: keys.tag(input.digest), publishPath })
      return point(tx, input, target, blobId)
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

async function intend(tx: Tx, digest: Digest, now: number): Promise<string> {
  const path = newBlobPath(digest)
  await tx.insertInto('blob_intents').values({ path, created_at: now }).execute()
  return path
}

/** @throws AppError `unavailable` (reason `INTENT_GONE`) when it was given up meanwhile */
async function closeIntent(tx: Tx, path: string): Promise<void> {
  const intent = await tx.deleteFrom('blob_intents').where('path', '=', path).executeTakeFirst()
  if (intent.numDeletedRows === 0n) throw intentGone()
}

/** Its bytes are as good as removed: nothing may point to them. */
const intentGone = () =>
  new AppError('unavailable', 'Storing this file took too long. Please send it again.', {
    reason: 'INTENT_GONE',
  })

/** A row of its own for every arrival: whether the box knew the content is asked when it is settled. */
async function insertFresh(
  tx: Tx,
  { tag, digest, publishPath, sizeBytes, now }: NewVersion & { tag: Tag; publishPath: string },
): Promise<number> {
  const { id } = await tx
    .insertInto('blobs')
    .values({
      tag,
      digest,
      path: publishPath,
      size_bytes: sizeBytes,
      zero_since: now,
      created_at: now,
      state: 'fresh',
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Nothing new to store. A file of a share is remembered all the same, so that no scan reads it again. */
async function stayed(tx: Tx, input: NewVersion, { committed }: Unchanged): Promise<Committed> {
  const { documentId, version, jobId } = committed
  await recordSource(tx, input, documentId, version.id)
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
  const committed = await point(tx, input, target, blobId)
  await startContent(tx, { ...input, versionIds: [input.versionId], ...source })
  return committed
}

/** The pointer itself: document, version, jobs, upload, share entry, audit and event. */
async function point(
  tx: Tx,
  input: NewVersion,
  target: Target,
  blobId: number,
): Promise<Committed> {
  const documentId = target.documentId ?? input.documentId
  if (!target.documentId) await insertDocument(tx, input, target.name)
  const { last } = await tx
    .selectFrom('versions')
    .select(sql<number>`coalesce(max(number), 0)`.as('last'))
    .where('document_id', '=', documentId)
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('versions')
    .values({
      id: input.versionId,
      document_id: documentId,
      number: last + 1,
      blob_id: blobId,
      size_bytes: input.sizeBytes,
      created_by: input.createdBy,
      created_at: input.now,
      door: input.door,
      linked_at: null,
      parent_version_id: input.parent?.versionId ?? null,
      parent_index: input.parent?.index ?? null,
      trace_id: input.traceId,
    })
    .execute()
  await tx
    .updateTable('documents')
    .set({ current_version_id: input.versionId, updated_at: input.now })
    .where('id', '=', documentId)
    .execute()
  await queueLink(tx, { ...input, chapterId: target.chapterId })
  await completeUpload(tx, input, documentId)
  await recordSource(tx, input, documentId, input.versionId)
  await record(tx, { ...input, chapterId: target.chapterId }, documentId)
  const stored = await versionOf(tx, { id: input.versionId })
  if (!stored) throw new Error('the version just written is not there')
  return { version: stored.version, documentId, jobId: input.jobId, unchanged: false }
}

const insertDocument = (tx: Tx, input: NewVersion, name: string) =>
  tx
    .insertInto('documents')
    .values({
      id: input.documentId,
      chapter_id: input.chapterId,
      folder: input.folder,
      name,
      current_version_id: input.versionId,
      created_by: input.createdBy,
      created_at: input.now,
      updated_at: input.now,
      source_state: input.shareEntry ? 'present' : null,
    })
    .execute()

/** Remembers which file of which share this was, so that the next scan knows it. */
async function recordSource(
  tx: Tx,
  input: NewVersion,
  documentId: string,
  versionId: string,
): Promise<void> {
  const entry = input.shareEntry
  if (!entry) return
  await requireShare(tx, entry.shareId)
  const row = {
    device: entry.device,
    inode: entry.inode,
    size_bytes: entry.sizeBytes,
    mtime_ns: entry.mtimeNs,
    ctime_ns: entry.ctimeNs,
    state: 'stored' as const,
    document_id: documentId,
    version_id: versionId,
    reason: null,
    message: null,
    attempts: 0,
    updated_at: input.now,
  }
  await tx
    .insertInto('share_entries')
    .values({ share_id: entry.shareId, path: entry.path, ...row })
    .onConflict((conflict) => conflict.columns(['share_id', 'path']).doUpdateSet(row))
    .execute()
  await tx
    .updateTable('documents')
    .set({ source_state: 'present' })
    .where('id', '=', documentId)
    .execute()
}

/** It may have been removed while its watcher was still reading the file. */
async function requireShare(tx: Tx, id: string): Promise<void> {
  const share = await tx.selectFrom('shares').select('id').where('id', '=', id).executeTakeFirst()
  if (!share) throw notFound()
}

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
  })
}
