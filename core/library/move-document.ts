import { type Access, requireChapter, requireScope } from '../access/access.ts'
import { assertTypeTaken } from '../ingest/assert-type.ts'
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
 * (reasons `NAME_TAKEN`, `IN_TRASH`), `unsupported_type` (reason `TYPE_NOT_TAKEN`)
 */
export async function moveDocument(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock' | 'index'>,
  access: Access,
  to: { id: string; name?: string; folder?: string; chapterId?: string },
): Promise<OwnDocument> {
  requireScope(access.actor, 'write')
  const before = await findDocument(ports, access, { id: to.id, needed: 'contributor' })
  if (to.chapterId !== undefined) {
    const { bookId, id: chapterId } = requireChapter(access, to.chapterId, 'contributor')
    const { name } = { ...before, ...to }
    if (bookId !== before.bookId) await assertTaken(ports, before, { chapterId, name })
  }
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

/** What one book does not take does not come in from another one either. */
const assertTaken = (
  { blobs, catalog }: Pick<Ports, 'blobs' | 'catalog'>,
  { version }: OwnDocument,
  to: { chapterId: string; name: string },
): Promise<void> =>
  assertTypeTaken({ catalog }, { ...to, probe: (name) => blobs.probe(version.path, name) })
