import { type Access, requireOrgAdmin } from '../access/access.ts'
import { AppError, notFound } from '../errors.ts'
import type { Ports, Share } from '../ports/index.ts'

/**
 * Watched folders belong to the box: they read what the machine can read, whoever may see it.
 *
 * @throws AppError `forbidden` for all but administrators of the organization, and for credentials
 * that reach certain books only
 */
export function requireShareKeeper({ actor }: Access): void {
  requireOrgAdmin(actor)
  if (actor.bookIds) {
    throw new AppError('forbidden', 'This token reaches certain books only.', { reason: 'SCOPE' })
  }
}

/** @throws AppError `not_found` */
export async function findShare({ catalog }: Pick<Ports, 'catalog'>, id: string): Promise<Share> {
  const share = (await catalog.shares.list()).find((each) => each.id === id)
  if (!share) throw notFound()
  return share
}
