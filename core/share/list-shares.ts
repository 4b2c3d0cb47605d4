import type { Access } from '../access/access.ts'
import { notFound } from '../errors.ts'
import type { Ports, Share, ShareStatus } from '../ports/index.ts'
import { requireShareKeeper } from './share-keeper.ts'

/** A share with what its watcher last said of it; nothing while it was never watched. */
export interface WatchedShare extends Share {
  status?: ShareStatus
}

/** Every watched folder, by name. @throws AppError `forbidden` */
export async function listShares(
  { catalog }: Pick<Ports, 'catalog'>,
  access: Access,
): Promise<WatchedShare[]> {
  requireShareKeeper(access)
  const [shares, statuses] = await Promise.all([catalog.shares.list(), catalog.shares.statuses()])
  const byShare = new Map(statuses.map((status) => [status.shareId, status]))
  return shares.map((share) => {
    const status = byShare.get(share.id)
    return { ...share, ...(status && { status }) }
  })
}

/** One of them. @throws AppError `forbidden`, `not_found` */
export async function getShare(
  ports: Pick<Ports, 'catalog'>,
  access: Access,
  id: string,
): Promise<WatchedShare> {
  const share = (await listShares(ports, access)).find((each) => each.id === id)
  if (!share) throw notFound()
  return share
}
