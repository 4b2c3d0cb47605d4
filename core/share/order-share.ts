import type { Access } from '../access/access.ts'
import { actBy } from '../account/act.ts'
import { AppError } from '../errors.ts'
import type { DryRun, Ports, ShareOrder } from '../ports/index.ts'
import { findShare, requireShareKeeper } from './share-keeper.ts'

/**
 * Asks the watcher to scan a share now, to release it after it was frozen, or to say what a scan would
 * do. It is done within seconds where a watcher runs.
 *
 * @throws AppError `forbidden`, `not_found`, `conflict` (reason `SHARE_PAUSED`) as nobody watches a
 * share that is paused
 */
export async function orderShare(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  access: Access,
  { id, what }: { id: string; what: ShareOrder },
): Promise<void> {
  requireShareKeeper(access)
  const share = await findShare(ports, id)
  if (!share.enabled) {
    throw new AppError('conflict', 'This share is paused. Resume it first.', {
      reason: 'SHARE_PAUSED',
    })
  }
  await ports.catalog.shares.order(id, what, actBy(ports, access.actor))
}

/** What the last dry run of a share found, and whether another one is asked for. */
export interface DryRunView {
  isAsked: boolean
  report?: DryRun
}

/** @throws AppError `forbidden`, `not_found` */
export async function lastDryRun(
  ports: Pick<Ports, 'catalog'>,
  access: Access,
  id: string,
): Promise<DryRunView> {
  requireShareKeeper(access)
  await findShare(ports, id)
  const [orders, report] = await Promise.all([
    ports.catalog.shares.orders(),
    ports.catalog.shares.dryRun(id),
  ])
  const isAsked = orders.some((order) => order.shareId === id && order.what === 'dry_run')
  return { isAsked, ...(report && { report }) }
}
