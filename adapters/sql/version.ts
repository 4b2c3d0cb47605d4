import type { Digest } from '../../core/digest.ts'
import type { Version } from '../../core/model/library.ts'
import type { Tx } from './database.ts'

/** One version by its id, or by the mail it was attached to. */
export async function versionOf(
  tx: Tx,
  which: { id: string } | { parent: { versionId: string; index: number } },
): Promise<{ version: Version; blobId: number } | undefined> {
  const query = tx
    .selectFrom('versions as v')
    .innerJoin('blobs as b', 'b.id', 'v.blob_id')
    .select(['v.id', 'v.document_id', 'v.number', 'v.blob_id', 'v.size_bytes', 'v.created_by'])
    .select(['v.created_at', 'v.door', 'b.digest', 'b.media_type'])
  const row = await ('id' in which
    ? query.where('v.id', '=', which.id)
    : query
        .where('v.parent_version_id', '=', which.parent.versionId)
        .where('v.parent_index', '=', which.parent.index)
  ).executeTakeFirst()
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
