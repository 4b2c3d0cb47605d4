import { sql } from 'kysely'
import { AppError } from '../../core/errors.ts'
import type { Archives, Expansion, MissingEntry, NewVersion } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { tellOfDocument } from './library-audit.ts'
import { setPresenceInside } from './source-state.ts'

/** Archives whose files are documents of their own, in SQL. */
export const sqlArchives = (db: Database): Archives => ({
  async isWanted(versionId) {
    const row = await db.read
      .selectFrom('version_origins as o')
      .innerJoin('shares as s', 's.id', 'o.share_id')
      .select('s.id')
      .where('o.version_id', '=', versionId)
      .where('s.expand_archives', '=', 1)
      .executeTakeFirst()
    return row !== undefined
  },

  async known(archiveId) {
    const rows = await db.read
      .selectFrom('archive_entries as e')
      .leftJoin('documents as d', (on) =>
        on.onRef('d.id', '=', 'e.document_id').on('d.trashed_at', 'is', null),
      )
      .select(['e.path', 'e.version_id', 'e.entry_index', 'd.id'])
      .where('e.archive_id', '=', archiveId)
      .execute()
    return rows.map(({ path, version_id, entry_index, id }) => ({
      path,
      versionId: version_id,
      index: entry_index,
      isDeleted: id === null,
    }))
  },

  put: (versionId, expansion, now) => db.write((tx) => put(tx, versionId, expansion, now)),

  finish: (versionId, expansion, now) =>
    db.write(async (tx) => {
      const archive = await archiveOf(tx, versionId)
      if (!archive) return
      await put(tx, versionId, expansion, now)
      await tx
        .updateTable('archive_entries')
        .set({ is_gone: sql<number>`version_id <> ${versionId}` })
        .where('archive_id', '=', archive.id)
        .execute()
      await setPresenceInside(tx, archive.id, 'present')
      await tellOfDocument(tx, archive.id, 'stored', { chapterIds: [archive.chapter_id], at: now })
    }),

  async of(versionId) {
    const row = await db.read
      .selectFrom('archive_expansions')
      .select(['state', 'taken', 'total', 'missing'])
      .where('version_id', '=', versionId)
      .executeTakeFirst()
    return row && { ...row, missing: JSON.parse(row.missing) as MissingEntry[] }
  },
})

async function put(tx: Tx, versionId: string, expansion: Expansion, now: number): Promise<void> {
  const { state, taken, total } = expansion
  const missing = JSON.stringify(expansion.missing)
  await sql`
    insert into archive_expansions (version_id, state, taken, total, missing, updated_at)
    select id, ${state}, ${taken}, ${total}, ${missing}, ${now}
    from versions where id = ${versionId}
    on conflict (version_id) do update set state = excluded.state, taken = excluded.taken,
      total = excluded.total, missing = excluded.missing, updated_at = excluded.updated_at`.execute(
    tx,
  )
}

/** The document whose current version it is. */
const archiveOf = (tx: Tx, versionId: string) =>
  tx
    .selectFrom('documents')
    .select(['id', 'chapter_id'])
    .where('current_version_id', '=', versionId)
    .where('trashed_at', 'is', null)
    .executeTakeFirst()

/**
 * The document that an entry became earlier, if it did.
 *
 * @throws AppError `conflict` (reason `ARCHIVE_CHANGED`) when the archive has a newer version: what an
 *   older one holds must not come after what that one does
 */
export async function documentOfEntry(
  tx: Tx,
  { archiveEntry, parent }: NewVersion,
): Promise<string | undefined> {
  if (!archiveEntry || !parent) return undefined
  if ((await archiveOf(tx, parent.versionId))?.id !== archiveEntry.archiveId) throw changed()
  const row = await tx
    .selectFrom('archive_entries')
    .select('document_id')
    .where('archive_id', '=', archiveEntry.archiveId)
    .where('path', '=', archiveEntry.path)
    .executeTakeFirst()
  return row?.document_id ?? undefined
}

/** Whether a content is what the last version of a document that came out of an archive has. */
export async function hasFromArchive(tx: Tx, documentId: string, digest: string): Promise<boolean> {
  const last = await tx
    .selectFrom('versions as v')
    .innerJoin('blobs as b', 'b.id', 'v.blob_id')
    .select('b.digest')
    .where('v.document_id', '=', documentId)
    .where('v.parent_version_id', 'is not', null)
    .orderBy('v.number', 'desc')
    .executeTakeFirst()
  return last?.digest === digest
}

const changed = () =>
  new AppError('conflict', 'This archive has a newer version, or was put into the trash.', {
    reason: 'ARCHIVE_CHANGED',
  })

/** Remembers which document an entry is, so that the next version of its archive knows it. */
export async function recordEntry(
  tx: Tx,
  { archiveEntry, parent }: NewVersion,
  documentId: string,
): Promise<void> {
  if (!archiveEntry || !parent) return
  const row = {
    document_id: documentId,
    version_id: parent.versionId,
    entry_index: parent.index,
    is_gone: 0,
  }
  await tx
    .insertInto('archive_entries')
    .values({ archive_id: archiveEntry.archiveId, path: archiveEntry.path, ...row })
    .onConflict((on) => on.columns(['archive_id', 'path']).doUpdateSet(row))
    .execute()
}
