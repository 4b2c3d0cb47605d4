import { sql } from 'kysely'
import type { Act } from '../../core/ports/index.ts'
import type { Tx } from './database.ts'
import { freeName } from './free-name.ts'
import { auditAct, tellOfDocument } from './library-audit.ts'

interface Place {
  chapterId: string
  folder: string
  name: string
}

const inside = ({ folder, name }: Place): string => (folder === '' ? name : `${folder}/${name}`)

/**
 * Takes what came out of an archive along when its share has moved the archive: who could not read the
 * one any more must not read the other. What people have moved elsewhere stays there.
 */
export async function takeAlong(
  tx: Tx,
  archiveId: string,
  { from, to, by }: { from: Place; to: Place; by: Act },
): Promise<void> {
  const [old, now] = [inside(from), inside(to)]
  const { rows } = await sql<{ id: string; folder: string; name: string }>`
    select d.id, d.folder, d.name from archive_entries e
    join documents d on d.id = e.document_id and d.trashed_at is null
    where e.archive_id = ${archiveId} and d.chapter_id = ${from.chapterId}
      and (d.folder = ${old} or substr(d.folder, 1, ${old.length + 1}) = ${`${old}/`})`.execute(tx)
  for (const { id, folder, name: own } of rows) {
    const place = { chapterId: to.chapterId, folder: now + folder.slice(old.length), name: own }
    const name = await freeName(tx, place)
    await tx
      .updateTable('documents')
      .set({ chapter_id: place.chapterId, folder: place.folder, name })
      .where('id', '=', id)
      .execute()
    await auditAct(tx, by, 'document.move', `document:${id}`, {
      from: { chapter: from.chapterId, folder, name: own },
      to: { chapter: place.chapterId, folder: place.folder, name },
      door: 'share',
    })
    await tellOfDocument(tx, id, 'moved', {
      chapterIds: [from.chapterId, to.chapterId],
      at: by.now,
      isToRelink: from.chapterId !== to.chapterId,
    })
  }
}
