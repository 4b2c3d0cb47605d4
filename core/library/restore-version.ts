import { type Access, requireScope } from '../access/access.ts'
import { newId } from '../ids.ts'
import { assertTypeTaken } from '../ingest/assert-type.ts'
import type { Ports, VersionRow } from '../ports/index.ts'
import { actOf } from './act.ts'
import { findVersion } from './find-document.ts'

/**
 * Makes a new version with the content of an older one; the current one, when it has that content
 * already. No bytes are copied. It came when another rule on types may have held, or none.
 *
 * @throws AppError `not_found`, `forbidden`, `conflict` (reason `IN_TRASH`), `unsupported_type` (reason
 * `TYPE_NOT_TAKEN`)
 */
export async function restoreVersion(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  access: Access,
  versionId: string,
): Promise<VersionRow> {
  requireScope(access.actor, 'write')
  const { version, document } = await findVersion(ports, access, {
    id: versionId,
    needed: 'contributor',
  })
  await assertTypeTaken(ports, {
    chapterId: document.chapterId,
    name: document.name,
    probe: (name) => ports.blobs.probe(version.path, name),
  })
  const by = { ...actOf(ports, access), newVersionId: newId(), jobId: newId() }
  return ports.catalog.library.restoreVersion(access.visible, versionId, by)
}
