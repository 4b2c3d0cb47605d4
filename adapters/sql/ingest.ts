import { sql } from 'kysely'
import { newBlobPath } from '../../core/blob-path.ts'
import type { Digest } from '../../core/digest.ts'
import { AppError, notFound } from '../../core/errors.ts'
import type { Keys, Tag } from '../../core/keys.ts'
import type { Committed, Ingest, NewVersion } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { freeName } from './free-name.ts'
import { queueLink, reviveDead, startContent } from './queue-first.ts'
import { writeAudit, writeEvent } from './record.ts'
import { completeUpload } from './upload-rows.ts'
import { versionOf } from './version.ts'

/** The catalog's half of the blob protocol; see docs/format.md for its crash windows. */
export const sqlIngest = (db: Database, keys: Keys): Ingest => ({
  begin: (input) =>
    db.write(async (tx) => {
      const target = await targetOf(tx, input)
      if ('committed' in target) return target.committed
      const live = await liveBlob(tx, keys.tag(input.digest))
      if (live) return point(tx, input, target, live.id)
      return { publishPath: await intend(tx, input.digest, input.now) }
    }),

  finish: (input, publishPath) =>
    db.write(async (tx) => {
      const target = await targetOf(tx, input)
      const blob = await settle(tx, { ...input, tag: keys.tag(input.digest) }, publishPath)
      const committed =
        'committed' in target ? target.committed : await point(tx, input, target, blob.blobId)
      return { ...committed, ...(blob.orphanPath && { orphanPath: blob.orphanPath }) }
    }),

  beginDerived: (digest, now) =>
    db.write(async (tx) => {
      const live = await liveBlob(tx, keys.tag(digest))
      if (!live) return { publishPath: await intend(tx, digest, now) }
      await renewGrace(tx, live.id, now)
      return { blobId: live.id }
    }),

  finishDerived: (digest, sizeBytes, publishPath, now) =>
    db.write(async (tx) => {
      const blob = await settle(tx, { digest, tag: keys.tag(digest), sizeBytes, now }, publishPath)
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

interface Target {
  /** The document that gets a new version, or undefined when one is to be made. */
  documentId?: string
  /** Where the document is: a file of a share stays where people have moved it. */
  chapterId: string
  name: string
}

/** Decides which document the version goes to, by the name's owner and the wish on conflict. */
async function targetOf(tx: Tx, input: NewVersion): Promise<Target | { committed: Committed }> {
  if (input.parent) {
    const known = await versionOf(tx, { parent: input.parent })
    if (known) return { committed: unchanged(known.version, input.jobId) }
  }
  const chapter = await tx
    .selectFrom('chapters')
    .select('id')
    .where('id', '=', input.chapterId)
    .executeTakeFirst()
  if (!chapter) throw notFound()
  const owner = await ownerOf(tx, input)
  const { chapterId } = input
  if (!owner) return { chapterId, name: input.name }
  if (input.onConflict === 'ask') {
    throw new AppError('conflict', `There already is a file "${input.name}" here.`, {
      reason: 'NAME_TAKEN',
    })
  }
  if (input.onConflict === 'keep_both' || (await isOfAnotherSource(tx, input, owner.id))) {
    return { chapterId, name: await freeName(tx, input) }
  }
  const current = await versionOf(tx, { id: owner.current_version_id })
  if (current?.version.digest === input.digest) {
    await recordSource(tx, input, owner.id, owner.current_version_id)
    return { committed: unchanged(current.version, await jobOf(tx, owner.current_version_id)) }
  }
  return { documentId: owner.id, chapterId: owner.chapter_id, name: input.name }
}

/** The live document of the name, or the one that this file of a share became earlier. */
async function ownerOf(tx: Tx, input: NewVersion) {
  const columns = ['id', 'current_version_id', 'chapter_id'] as const
  if (input.shareEntry?.document) {
    const known = await tx
      .selectFrom('documents')
      .select(columns)
      .where('id', '=', input.shareEntry.document)
      .where('trashed_at', 'is', null)
      .executeTakeFirst()
    if (known) return known
  }
  return tx
    .selectFrom('documents')
    .select(columns)
    .where('chapter_id', '=', input.chapterId)
    .where('folder', '=', input.folder)
    .where('name', '=', input.name)
    .where('trashed_at', 'is', null)
    .executeTakeFirst()
}

/**
 * Whether the name belongs to another file that is there in a share: two names that look the same
 * (`é` composed or not, bytes that are not UTF-8), or two shares that feed one chapter.
 */
async function isOfAnotherSource(tx: Tx, input: NewVersion, documentId: string): Promise<boolean> {
  const entry = input.shareEntry
  if (!entry || entry.document === documentId) return false
  const other = await tx
    .selectFrom('share_entries')
    .select('share_id')
    .where('document_id', '=', documentId)
    .where('state', '<>', 'missing')
    .where((is) =>
      is.or([is('share_id', '<>', entry.shareId), is('path', '<>', Buffer.from(entry.path))]),
    )
    .executeTakeFirst()
  return other !== undefined
}

const unchanged = (version: Committed['version'], jobId: string): Committed => ({
  version,
  documentId: version.documentId,
  jobId,
  unchanged: true,
})

async function jobOf(tx: Tx, versionId: string): Promise<string> {
  const job = await tx
    .selectFrom('jobs')
    .select('id')
    .where('version_id', '=', versionId)
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
  return job?.id ?? ''
}

const liveBlob = (tx: Tx, tag: Tag) =>
  tx
    .selectFrom('blobs')
    .select(['id', 'path'])
    .where('tag', '=', tag)
    .where('state', '=', 'live')
    .executeTakeFirst()

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

/** Closes an intent: the path becomes the blob's, or an orphan when another copy won the race. */
async function settle(
  tx: Tx,
  content: { digest: Digest; tag: Tag; sizeBytes: number; now: number },
  path: string,
): Promise<{ blobId: number; orphanPath?: string }> {
  const intent = await tx.deleteFrom('blob_intents').where('path', '=', path).executeTakeFirst()
  if (intent.numDeletedRows === 0n) throw intentGone()
  const winner = await liveBlob(tx, content.tag)
  if (winner) {
    await tx.insertInto('blob_reaps').values({ path }).execute()
    return { blobId: winner.id, orphanPath: path }
  }
  const healed = await heal(tx, content, path)
  if (healed) return healed
  const { id } = await tx
    .insertInto('blobs')
    .values({
      tag: content.tag,
      digest: content.digest,
      path,
      size_bytes: content.sizeBytes,
      zero_since: content.now,
      created_at: content.now,
      media_type: 'application/octet-stream',
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { blobId: id }
}

/** Its bytes are as good as removed: nothing may point to them. */
const intentGone = () =>
  new AppError('unavailable', 'Storing this file took too long. Please send it again.', {
    reason: 'INTENT_GONE',
  })

/** A damaged copy gets the fresh bytes, and with them every pointer that it has. */
async function heal(
  tx: Tx,
  content: { digest: Digest; tag: Tag; now: number },
  path: string,
): Promise<{ blobId: number; orphanPath: string } | undefined> {
  const damaged = await tx
    .selectFrom('blobs')
    .select(['id', 'path'])
    .where('tag', '=', content.tag)
    .where('state', '=', 'damaged')
    .executeTakeFirst()
  if (!damaged) return undefined
  await tx.updateTable('blobs').set({ path, state: 'live' }).where('id', '=', damaged.id).execute()
  await tx.insertInto('blob_reaps').values({ path: damaged.path }).execute()
  await reviveDead(tx, content)
  return { blobId: damaged.id, orphanPath: damaged.path }
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
  await startContent(tx, { ...input, versionIds: [input.versionId] })
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
