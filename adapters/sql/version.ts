import type { Digest } from '../../core/digest.ts'
import type { Version } from '../../core/model/library.ts'
import type { Database, Tx } from './database.ts'
import { prepared } from './prepared.ts'

/** One version by its id, or by the mail it was attached to. */
export async function versionOf(
  tx: Tx,
  which: { id: string } | { parent: { versionId: string; index: number } },
): Promise<{ version: Version; blobId: number } | undefined> {
  const row = await ('id' in which ? byId.first(tx, which) : byParent.first(tx, which.parent))
  if (!row) return undefined
  const version: Version = {
    id: row.id,
    documentId: row.document_id,
    number: row.number,
    digest: row.digest as Digest,
    sizeBytes: row.size_bytes,
    mediaType: row.media_type,
    createdBy: row.created_by,
    createdAt: row.created_at,
    door: row.door,
  }
  return { version, blobId: row.blob_id }
}

const rows = (db: Database['read']) =>
  db
    .selectFrom('versions as v')
    .innerJoin('blobs as b', 'b.id', 'v.blob_id')
    .select(['v.id', 'v.document_id', 'v.number', 'v.blob_id', 'v.size_bytes', 'v.created_by'])
    .select(['v.created_at', 'v.door', 'b.digest', 'b.media_type'])

const byId = prepared((db, given: { id: string }) => rows(db).where('v.id', '=', given.id))

const byParent = prepared((db, given: { versionId: string; index: number }) =>
  rows(db)
    .where('v.parent_version_id', '=', given.versionId)
    .where('v.parent_index', '=', given.index),
)
