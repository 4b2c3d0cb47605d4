import type { Access } from '../access/access.ts'
import { notFound } from '../errors.ts'
import type { Ports, UploadRow } from '../ports/index.ts'

/**
 * An upload of the caller, as far as his credential reaches: one that is limited to some books knows
 * nothing of what its owner sends to others.
 *
 * @throws AppError `not_found`
 */
export async function ownUpload(
  { catalog }: Pick<Ports, 'catalog'>,
  access: Access,
  id: string,
): Promise<UploadRow> {
  const upload = await catalog.uploads.get(access.actor.userId, id)
  if (!upload || access.roleIn(upload.chapterId) === undefined) throw notFound()
  return upload
}
