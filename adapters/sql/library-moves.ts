import type { Visible } from '../../core/access/access.ts'
import { AppError, notFound } from '../../core/errors.ts'
import type { Act, Library } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { auditAct, tellOfDocument } from './library-audit.ts'
import { inTrash, type Place, placeOf } from './library-place.ts'
import { isVisible } from './visible.ts'

/** Moving and renaming. */
export const libraryMoves = (db: Database): Pick<Library, 'move'> => ({
  move: (visible, id, to, by) =>
    db.write(async (tx) => {
      const from = await placeOf(tx, visible, id)
      if (from.trashedAt !== null) throw inTrash()
      const target: Place = {
        chapterId: to.chapterId ?? from.chapterId,
        folder: to.folder ?? from.folder,
        name: to.name ?? from.name,
      }
      if (isSame(from, target)) return
      await requireFree(tx, visible, target)
      await recordMove(tx, id, { from: { ...from }, to: target, by })
      await tx
        .updateTable('documents')
        .set({ chapter_id: target.chapterId, folder: target.folder, name: target.name })
        .where('id', '=', id)
        .execute()
    }),
})

const isSame = (a: Place, b: Place) =>
  a.chapterId === b.chapterId && a.folder === b.folder && a.name === b.name

async function requireFree(tx: Tx, visible: Visible, place: Place): Promise<void> {
  const chapter = await tx
    .selectFrom('chapters')
    .select('id')
    .where('id', '=', place.chapterId)
    .where(isVisible('id', visible))
    .executeTakeFirst()
  if (!chapter) throw notFound()
  const owner = await tx
    .selectFrom('documents')
    .select('id')
    .where('chapter_id', '=', place.chapterId)
    .where('folder', '=', place.folder)
    .where('name', '=', place.name)
    .where('trashed_at', 'is', null)
    .executeTakeFirst()
  if (!owner) return
  throw new AppError('conflict', `There already is a file "${place.name}" there.`, {
    reason: 'NAME_TAKEN',
  })
}

async function recordMove(
  tx: Tx,
  id: string,
  move: { from: Place; to: Place; by: Act },
): Promise<void> {
  const { chapterId, folder, name } = move.from
  await auditAct(tx, move.by, 'document.move', `document:${id}`, {
    from: { chapter: chapterId, folder, name },
    to: { chapter: move.to.chapterId, folder: move.to.folder, name: move.to.name },
  })
  await tellOfDocument(tx, id, 'moved', {
    chapterIds: [chapterId, move.to.chapterId],
    at: move.by.now,
  })
}
