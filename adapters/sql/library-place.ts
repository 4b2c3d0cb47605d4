import type { Visible } from '../../core/access/access.ts'
import { AppError, notFound } from '../../core/errors.ts'
import type { Tx } from './database.ts'
import { isVisible } from './visible.ts'

/** Where a document stands, and under which name. */
export interface Place {
  chapterId: string
  folder: string
  name: string
}

/** @throws AppError `not_found` for an absent or hidden document */
export async function placeOf(
  tx: Tx,
  visible: Visible,
  id: string,
): Promise<Place & { trashedAt: number | null; currentVersionId: string }> {
  const row = await tx
    .selectFrom('documents')
    .select(['chapter_id', 'folder', 'name', 'trashed_at', 'current_version_id'])
    .where('id', '=', id)
    .where(isVisible('chapter_id', visible))
    .executeTakeFirst()
  if (!row) throw notFound()
  return {
    chapterId: row.chapter_id,
    folder: row.folder,
    name: row.name,
    trashedAt: row.trashed_at,
    currentVersionId: row.current_version_id,
  }
}

export const inTrash = () =>
  new AppError('conflict', 'This file lies in the trash. Take it out first.', {
    reason: 'IN_TRASH',
  })
