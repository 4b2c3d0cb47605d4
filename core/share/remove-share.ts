import type { Access } from '../access/access.ts'
import { actBy } from '../account/act.ts'
import type { Ports } from '../ports/index.ts'
import { requireShareKeeper } from './share-keeper.ts'

/**
 * Stops watching a folder. Its files and documents stay; when it is watched again, files that did not
 * change find their documents and make no new versions.
 *
 * @throws AppError `forbidden`, `not_found`
 */
export async function removeShare(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  access: Access,
  id: string,
): Promise<void> {
  requireShareKeeper(access)
  await ports.catalog.shares.remove(id, actBy(ports, access.actor))
}
