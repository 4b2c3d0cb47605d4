import { sql } from 'kysely'
import type { EntryMove, EntryPlace, Origin, Shares } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { freeName, isNumbered } from './free-name.ts'
import { auditAct, tellOfDocument } from './library-audit.ts'
import { toEntry } from './share-entries.ts'

/** Pointers to one content that are looked at: a form of which everybody has a copy has thousands. */
const MOST_POINTERS = 200

/** Files of shares that turn up at another path. */
export const shareMoves = (db: Database): Pick<Shares, 'origins' | 'moveEntry'> => ({
  async origins(shareId, of, limit) {
    const rows = await ('digest' in of
      ? byContent(db, shareId, of).limit(limit).execute()
      : byFile(db, shareId, of).limit(limit).execute())
    return rows.map(toEntry)
  },

  moveEntry: (move) => db.write((tx) => moveEntry(tx, move)),
})

/** Entries with a document that is not in the trash, of all shares that feed the book of this one. */
const ofTheBook = (db: Database, shareId: string) =>
  db.read
    .selectFrom('share_entries as e')
    .innerJoin('shares as s', 's.id', 'e.share_id')
    .innerJoin('chapters as c', 'c.id', 's.chapter_id')
    .innerJoin('documents as d', 'd.id', 'e.document_id')
    .selectAll('e')
    .where('d.trashed_at', 'is', null)
    .where('e.state', 'in', ['stored', 'missing'])
    .where('c.book_id', '=', (own) =>
      own
        .selectFrom('shares as os')
        .innerJoin('chapters as oc', 'oc.id', 'os.chapter_id')
        .select('oc.book_id')
        .where('os.id', '=', shareId),
    )

const byFile = (db: Database, shareId: string, of: Extract<Origin, { inode: string }>) =>
  ofTheBook(db, shareId)
    .where('e.inode', '=', of.inode)
    .where('e.generation', '=', of.generation)
    // Said in words, not in parameters: else the index of such rows cannot be used.
    .where(sql<boolean>`e.generation <> '' and e.document_id is not null`)

function byContent(db: Database, shareId: string, of: Extract<Origin, { digest: string }>) {
  const pointers = db.read
    .selectFrom('versions as v')
    .innerJoin('blobs as b', 'b.id', 'v.blob_id')
    .select(['v.document_id', 'v.id'])
    .where('b.digest', '=', of.digest)
    .where('b.size_bytes', '>', 0)
    .limit(MOST_POINTERS)
    .as('p')
  return ofTheBook(db, shareId)
    .where('d.chapter_id', '=', of.chapterId)
    .innerJoin(pointers, (on) =>
      on.onRef('p.document_id', '=', 'e.document_id').onRef('p.id', '=', 'e.version_id'),
    )
    .where('e.state', '=', 'missing')
    .where('e.updated_at', '>=', of.since)
    .orderBy('e.updated_at', 'desc')
}

async function moveEntry(tx: Tx, { from, to, seen, mayCross, by }: EntryMove): Promise<boolean> {
  const standing = await entryAt(tx, to)
  const moving = await entryAt(tx, from)
  const documentId = moving?.document_id
  if (!documentId || moving.state === 'failed' || standing?.document_id) return false
  if (!mayCross && !(await liesIn(tx, documentId, to.chapterId))) return false
  if (standing) await at(tx.deleteFrom('share_entries'), to).execute()
  await at(
    tx.updateTable('share_entries').set({
      share_id: to.shareId,
      path: Buffer.from(to.path),
      state: 'stored',
      updated_at: by.now,
      ...(seen && {
        device: seen.device,
        inode: seen.inode,
        generation: seen.generation,
        size_bytes: seen.sizeBytes,
        mtime_ns: seen.mtimeNs,
        ctime_ns: seen.ctimeNs,
      }),
    }),
    from,
  ).execute()
  await tx
    .updateTable('documents')
    .set({ source_state: 'present' })
    .where('id', '=', documentId)
    .execute()
  await follow(tx, documentId, { from, to, mayCross, by })
  return true
}

const entryAt = (tx: Tx, place: EntryPlace) =>
  at(tx.selectFrom('share_entries').select(['document_id', 'state']), place).executeTakeFirst()

async function liesIn(tx: Tx, id: string, chapterId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('documents')
    .select('id')
    .where('id', '=', id)
    .where('chapter_id', '=', chapterId)
    .where('trashed_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

/** Narrows a statement to the one row of a path. */
const at = <Q extends { where(column: 'share_id' | 'path', is: '=', value: never): Q }>(
  query: Q,
  { shareId, path }: EntryPlace,
): Q =>
  query.where('share_id', '=', shareId as never).where('path', '=', Buffer.from(path) as never)

/** Moves the document, if it still is where its file's old path had put it. */
async function follow(tx: Tx, id: string, { from, to, by }: EntryMove): Promise<void> {
  const was = await tx
    .selectFrom('documents')
    .select(['chapter_id', 'folder', 'name'])
    .where('id', '=', id)
    .where('trashed_at', 'is', null)
    .executeTakeFirst()
  if (!was || was.chapter_id !== from.chapterId || was.folder !== from.folder) return
  const isOurs = was.name === from.name || isNumbered(from.name, was.name)
  const wanted = { ...to, name: isOurs ? to.name : was.name }
  if (to.chapterId === from.chapterId && to.folder === from.folder && wanted.name === was.name) {
    return
  }
  const name = await freeName(tx, wanted)
  await tx
    .updateTable('documents')
    .set({ chapter_id: to.chapterId, folder: to.folder, name })
    .where('id', '=', id)
    .execute()
  await auditAct(tx, by, 'document.move', `document:${id}`, {
    from: { chapter: was.chapter_id, folder: was.folder, name: was.name },
    to: { chapter: to.chapterId, folder: to.folder, name },
    door: 'share',
  })
  await tellOfDocument(tx, id, 'moved', {
    chapterIds: [was.chapter_id, to.chapterId],
    at: by.now,
    isToRelink: was.chapter_id !== to.chapterId,
  })
}
