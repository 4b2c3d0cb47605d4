import { type Access, requireChapter, requireScope } from '../access/access.ts'
import { cleanFolder, cleanName } from '../model/name.ts'
import type { Ports } from '../ports/index.ts'
import { reindexPointers } from '../search/relink.ts'
import { actOf } from './act.ts'
import { findDocument, type OwnDocument } from './find-document.ts'

/**
 * Renames a document or moves it, into another folder or another chapter. Needs a contributor in
 * both chapters.
 *
 * @throws AppError `not_found`, `forbidden`, `bad_request` (reason `INVALID_NAME`), `conflict`
 * (reasons `NAME_TAKEN`, `IN_TRASH`)
 */
export async function moveDocument(
  ports: Pick<Ports, 'catalog' | 'clock' | 'index'>,
  access: Access,
  to: { id: string; name?: string; folder?: string; chapterId?: string },
): Promise<OwnDocument> {
  requireScope(access.actor, 'write')
  await findDocument(ports, access, { id: to.id, needed: 'contributor' })
  if (to.chapterId !== undefined) requireChapter(access, to.chapterId, 'contributor')
  await ports.catalog.library.move(
    access.visible,
    to.id,
    {
      ...(to.name !== undefined && { name: cleanName(to.name) }),
      ...(to.folder !== undefined && { folder: cleanFolder(to.folder) }),
      ...(to.chapterId !== undefined && { chapterId: to.chapterId }),
    },
    actOf(ports, access),
  )
  const after = await findDocument(ports, access, { id: to.id })
  if (to.chapterId !== undefined) await reindexPointers(ports, after.version.digest)
  return after
}
