import { type Access, requireScope } from '../access/access.ts'
import { newId } from '../ids.ts'
import type { Ports, VersionRow } from '../ports/index.ts'
import { actOf } from './act.ts'
import { findVersion } from './find-document.ts'

/**
 * Makes a new version with the content of an older one; the current one, when it has that content
 * already. No bytes are copied.
 *
 * @throws AppError `not_found`, `forbidden`, `conflict` (reason `IN_TRASH`)
 */
export async function restoreVersion(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  access: Access,
  versionId: string,
): Promise<VersionRow> {
  requireScope(access.actor, 'write')
  await findVersion(ports, access, { id: versionId, needed: 'contributor' })
  const by = { ...actOf(ports, access), newVersionId: newId(), jobId: newId() }
  return ports.catalog.library.restoreVersion(access.visible, versionId, by)
}
