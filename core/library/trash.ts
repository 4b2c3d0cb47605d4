import { type Access, requireScope } from '../access/access.ts'
import type { Ports } from '../ports/index.ts'
import { reindexPointers } from '../search/relink.ts'
import { actOf } from './act.ts'
import { findDocument, type OwnDocument, ownDocument } from './find-document.ts'

type Stores = Pick<Ports, 'catalog' | 'clock' | 'index'>

/**
 * Puts a document into the trash: nobody finds it any more.
 * @throws AppError `not_found`, `forbidden`
 */
export async function trashDocument(ports: Stores, access: Access, id: string): Promise<void> {
  requireScope(access.actor, 'write')
  const document = await findDocument(ports, access, { id, needed: 'contributor' })
  await ports.catalog.library.trash(access.visible, id, actOf(ports, access))
  await reindexPointers(ports, document.version.digest)
}

/**
 * Takes a document out of the trash, under a free name when its own is taken meanwhile.
 *
 * @throws AppError `not_found`, `forbidden`
 */
export async function restoreDocument(
  ports: Stores,
  access: Access,
  id: string,
): Promise<OwnDocument> {
  requireScope(access.actor, 'write')
  await findDocument(ports, access, { id, needed: 'contributor' })
  const row = await ports.catalog.library.restore(access.visible, id, actOf(ports, access))
  await reindexPointers(ports, row.version.digest)
  return ownDocument(access, row)
}

/**
 * Removes a trashed document and all its versions for good; its bytes follow when nobody else
 * points to them. Only an administrator of the chapter may: a contributor's mistake can be taken
 * back.
 *
 * @throws AppError `not_found`, `forbidden`, `conflict` (reason `NOT_IN_TRASH`)
 */
export async function purgeDocument(ports: Stores, access: Access, id: string): Promise<void> {
  requireScope(access.actor, 'write')
  await findDocument(ports, access, { id, needed: 'admin' })
  await ports.catalog.library.purge(access.visible, id, actOf(ports, access))
}
