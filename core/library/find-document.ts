import { type Access, includes, requireChapter } from '../access/access.ts'
import { notFound } from '../errors.ts'
import type { Role } from '../model/actor.ts'
import type { DocumentRow, Ports, VersionRow } from '../ports/index.ts'

/** A document with what its reader may do with it. */
export interface OwnDocument extends DocumentRow {
  role: Role
}

/**
 * One document, if the caller may see it. What lies in the trash is seen by those who could have
 * put it there: for a viewer it is gone.
 *
 * @throws AppError `not_found` for a hidden or absent one, `forbidden` for too weak a role
 */
export async function findDocument(
  { catalog }: Pick<Ports, 'catalog'>,
  access: Access,
  wanted: { id: string; needed?: Role },
): Promise<OwnDocument> {
  const found = ownDocument(access, await catalog.library.document(access.visible, wanted.id))
  requireChapter(access, found.chapterId, wanted.needed ?? 'viewer')
  return found
}

/**
 * One version and its document, by the rules of `findDocument`.
 *
 * @throws AppError `not_found`, `forbidden`
 */
export async function findVersion(
  ports: Pick<Ports, 'catalog'>,
  access: Access,
  wanted: { id: string; needed?: Role },
): Promise<{ version: VersionRow; document: OwnDocument }> {
  const version = await ports.catalog.library.version(access.visible, wanted.id)
  if (!version) throw notFound()
  const document = await findDocument(ports, access, { ...wanted, id: version.documentId })
  return { version, document }
}

/**
 * Adds the caller's role to a row.
 * @throws AppError `not_found` where there is no row, or no role
 */
export function ownDocument(access: Access, row: DocumentRow | undefined): OwnDocument {
  const role = row && access.roleIn(row.chapterId)
  if (!row || !role) throw notFound()
  if (row.trashedAt !== undefined && !includes(role, 'contributor')) throw notFound()
  return { ...row, role }
}
