import { sql } from 'kysely'
import type { Digest } from '../../core/digest.ts'
import { AppError, notFound } from '../../core/errors.ts'
import type { Act, DocumentRow, Library, VersionRow } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { freeName } from './free-name.ts'
import { auditAct, tellOfDocument } from './library-audit.ts'
import { inTrash, placeOf } from './library-place.ts'
import { readDocuments, readVersions } from './library-rows.ts'
import { queueLink, startContent } from './queue-first.ts'
import { versionOf } from './version.ts'

type Trash = Pick<Library, 'trash' | 'restore' | 'purge' | 'expiredTrash' | 'restoreVersion'>

/** The trash, and coming back: out of it, or to an older version. */
export const libraryTrash = (db: Database): Trash => ({
  trash: (visible, id, by) =>
    db.write(async (tx) => {
      const { chapterId, trashedAt } = await placeOf(tx, visible, id)
      if (trashedAt !== null) return
      await tx
        .updateTable('documents')
        .set({ trashed_at: by.now, trashed_by: by.userId ?? null })
        .where('id', '=', id)
        .execute()
      await auditAct(tx, by, 'document.trash', `document:${id}`)
      await tellOfDocument(tx, id, 'trashed', { chapterIds: [chapterId], at: by.now })
    }),

  restore: (visible, id, by) =>
    db.write(async (tx) => {
      const place = await placeOf(tx, visible, id)
      if (place.trashedAt !== null) {
        const name = await freeName(tx, place)
        await tx
          .updateTable('documents')
          .set({ name, trashed_at: null, trashed_by: null })
          .where('id', '=', id)
          .execute()
        await auditAct(tx, by, 'document.restore', `document:${id}`, { name })
        await tellOfDocument(tx, id, 'restored', { chapterIds: [place.chapterId], at: by.now })
      }
      return documentIn(tx, id)
    }),

  purge: (visible, id, by) =>
    db.write(async (tx) => {
      const place = await placeOf(tx, visible, id)
      if (place.trashedAt === null) {
        throw new AppError('conflict', 'Only a file in the trash can be removed for good.', {
          reason: 'NOT_IN_TRASH',
        })
      }
      await auditAct(tx, by, 'document.purge', `document:${id}`, { name: place.name })
      const digests = await erase(tx, id)
      await tellOfDocument(tx, id, 'purged', { chapterIds: [place.chapterId], at: by.now })
      return digests
    }),

  async expiredTrash(before, limit) {
    const rows = await db.read
      .selectFrom('documents')
      .select('id')
      .where('trashed_at', '<', before)
      .orderBy('trashed_at')
      .limit(limit)
      .execute()
    return rows.map((row) => row.id)
  },

  restoreVersion: (visible, versionId, by) =>
    db.write(async (tx) => {
      const old = await versionOf(tx, { id: versionId })
      if (!old) throw notFound()
      const { documentId, digest } = old.version
      const place = await placeOf(tx, visible, documentId)
      if (place.trashedAt !== null) throw inTrash()
      const current = await versionOf(tx, { id: place.currentVersionId })
      if (current?.version.digest === digest) return versionIn(tx, place.currentVersionId)
      const isSettled = await pointAgain(tx, versionId, { documentId, by })
      await queueLink(tx, {
        versionId: by.newVersionId,
        jobId: by.jobId,
        chapterId: place.chapterId,
        digest,
        traceId: by.traceId,
        now: by.now,
      })
      if (isSettled) {
        const versionIds = [by.newVersionId] as const
        await startContent(tx, { digest, versionIds, now: by.now, sourceVersionId: versionId })
      }
      await auditAct(tx, by, 'version.restore', `document:${documentId}`, {
        from: versionId,
        to: by.newVersionId,
      })
      await tellOfDocument(tx, documentId, 'stored', {
        chapterIds: [place.chapterId],
        at: by.now,
      })
      return versionIn(tx, by.newVersionId)
    }),
})

/**
 * Removes rows in the order their references allow; the triggers release the blobs. A share's entry
 * stays, pointing to nothing: the file on the share was stored once and does not come back by
 * itself.
 */
async function erase(tx: Tx, documentId: string): Promise<Digest[]> {
  const versions = tx.selectFrom('versions').select('id').where('document_id', '=', documentId)
  const contents = await tx
    .selectFrom('versions as v')
    .innerJoin('blobs as b', 'b.id', 'v.blob_id')
    .select('b.digest')
    .distinct()
    .where('v.document_id', '=', documentId)
    .execute()
  await tx.deleteFrom('jobs').where('version_id', 'in', versions).execute()
  await tx
    .updateTable('share_entries')
    .set({ document_id: null, version_id: null })
    .where('document_id', '=', documentId)
    .execute()
  await tx.deleteFrom('versions').where('document_id', '=', documentId).execute()
  await tx.deleteFrom('documents').where('id', '=', documentId).execute()
  return contents.map((row) => row.digest as Digest)
}

/**
 * Writes the new version from the old one's row: same content, next number, and the whole copy of
 * the content where the old row's is damaged.
 *
 * @returns whether its content is settled; what follows such a pointer is nobody else's to begin
 */
async function pointAgain(
  tx: Tx,
  oldVersionId: string,
  { documentId, by }: { documentId: string; by: Act & { userId: string; newVersionId: string } },
): Promise<boolean> {
  await sql`
    insert into versions (id, document_id, number, blob_id, size_bytes, created_by, created_at,
      door, linked_at, trace_id)
    select ${by.newVersionId}, v.document_id,
      (select max(number) + 1 from versions where document_id = ${documentId}),
      coalesce(whole.id, v.blob_id), v.size_bytes, ${by.userId}, ${by.now}, v.door, null,
      ${by.traceId}
    from versions v
    join blobs b on b.id = v.blob_id
    left join blobs whole on whole.digest = b.digest and whole.state = 'live'
    where v.id = ${oldVersionId}`.execute(tx)
  await sql`
    insert into version_origins (version_id, restored_from)
    select ${by.newVersionId}, number from versions where id = ${oldVersionId}`.execute(tx)
  await tx
    .updateTable('documents')
    .set({ current_version_id: by.newVersionId, updated_at: by.now })
    .where('id', '=', documentId)
    .execute()
  const { state } = await tx
    .selectFrom('versions as v')
    .innerJoin('blobs as b', 'b.id', 'v.blob_id')
    .select('b.state')
    .where('v.id', '=', by.newVersionId)
    .executeTakeFirstOrThrow()
  return state !== 'fresh'
}

async function documentIn(tx: Tx, id: string): Promise<DocumentRow> {
  const [row] = await readDocuments(tx, sql`select id, 0 from documents where id = ${id}`)
  if (!row) throw notFound()
  return row.document
}

async function versionIn(tx: Tx, id: string): Promise<VersionRow> {
  const [row] = await readVersions(tx, sql`v.id = ${id}`)
  if (!row) throw notFound()
  return row
}
