import { type Selectable, sql } from 'kysely'
import type { EntryMove, EntryPlace, Shares } from '../../core/ports/index.ts'
import { takeAlong } from './archive-moves.ts'
import type { Database, Tx } from './database.ts'
import { freeName, isNumbered } from './free-name.ts'
import { auditAct, tellOfDocument } from './library-audit.ts'
import { prepared } from './prepared.ts'
import type { Schema } from './schema.ts'
import { toEntry } from './share-entries.ts'
import { setPresence } from './source-state.ts'

/** Pointers to one content that are looked at: a form of which everybody has a copy has thousands. */
const MOST_POINTERS = 200

/** Files of shares that turn up at another path. */
export const shareMoves = (db: Database): Pick<Shares, 'origins' | 'moveEntry'> => ({
  async origins(shareId, of, limit) {
    const { rows } = await ('digest' in of
      ? byContent.run(db.read, { ...of, shareId, limit, pointers: MOST_POINTERS })
      : byFile.run(db.read, { ...of, shareId, limit }))
    return rows.map(toEntry)
  },

  moveEntry: (move) => db.write((tx) => moveEntry(tx, move)),
})

type Entry = Selectable<Schema['share_entries']>

/** In the book that a share feeds, through whichever share. */
const inTheBookOf = (shareId: string) => sql`
  s.id = e.share_id and c.id = s.chapter_id and c.book_id = (
    select oc.book_id from shares os join chapters oc on oc.id = os.chapter_id
    where os.id = ${shareId})`

/** What every file of a flood is asked begins with the few rows that can be meant: `cross join`. */
const byFile = prepared(
  (_db, given: { shareId: string; inode: string; generation: string; limit: number }) => sql<Entry>`
    select e.* from share_entries e
    cross join documents d on d.id = e.document_id and d.trashed_at is null
    cross join shares s
    cross join chapters c
    where e.inode = ${given.inode} and e.generation = ${given.generation}
      and e.generation <> '' and e.document_id is not null -- the index is of these alone
      and e.state in ('stored', 'missing') and ${inTheBookOf(given.shareId)}
    limit ${given.limit}`,
)

const byContent = prepared(
  (
    _db,
    given: {
      shareId: string
      digest: string
      chapterId: string
      since: number
      limit: number
      pointers: number
    },
  ) => sql<Entry>`
    with p as (
      select v.document_id, v.id from blobs b cross join versions v on v.blob_id = b.id
      where b.digest = ${given.digest} and b.size_bytes > 0
      limit ${given.pointers})
    select e.* from p
    cross join share_entries e on e.document_id = p.document_id and e.version_id = p.id
    cross join documents d on d.id = e.document_id and d.trashed_at is null
    cross join shares s
    cross join chapters c
    where d.chapter_id = ${given.chapterId} and e.state = 'missing'
      and e.updated_at >= ${given.since} and ${inTheBookOf(given.shareId)}
    order by e.updated_at desc
    limit ${given.limit}`,
)

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
  await setPresence(tx, documentId, 'present')
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
  const before = { chapterId: was.chapter_id, folder: was.folder, name: was.name }
  await takeAlong(tx, id, { from: before, to: { ...to, name }, by })
}
