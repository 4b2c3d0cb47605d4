import type { AskedOrder, DryRun, Ports, ShareOrder } from '../core/ports/index.ts'
import { isOpen } from '../core/share/scan-window.ts'
import { dryRun } from './dry-run.ts'
import type { ShareWatch } from './share-watch.ts'

/** What a share was asked to do and when, and what of it was done. */
export interface Orders {
  /** Not begun yet. */
  asked: Map<ShareOrder, AskedOrder>
  /** The last of each that was begun: it is read again until the catalog has forgotten it. */
  begun: Map<ShareOrder, number>
  /** The next scan was asked for by a person: it does not wait for its time of day. */
  isScanAsked: boolean
  /** What the next scan finds was looked at by a person: it is no outage. */
  isReleased: boolean
}

export const noOrders = (): Orders => ({
  asked: new Map(),
  begun: new Map(),
  isScanAsked: false,
  isReleased: false,
})

/** Hands what was asked to the shares that are watched here. */
export async function handOutOrders(
  { catalog }: Pick<Ports, 'catalog'>,
  watchOf: (shareId: string) => ShareWatch | undefined,
): Promise<void> {
  for (const order of await catalog.shares.orders()) {
    const orders = watchOf(order.shareId)?.orders
    if (orders && order.askedAt > (orders.begun.get(order.what) ?? 0)) {
      orders.asked.set(order.what, order)
    }
  }
}

/** Does what was asked of a share, or sees to it that its next scan does. */
export async function obeyOrders(watch: ShareWatch, signal: AbortSignal): Promise<void> {
  const { orders, ports, timer } = watch
  for (const [what, order] of orders.asked) {
    orders.asked.delete(what)
    orders.begun.set(what, order.askedAt)
    if (what === 'dry_run') {
      await ports.catalog.shares.putDryRun(order.shareId, await report(watch, signal))
    } else {
      orders.isScanAsked = true
      orders.isReleased ||= what === 'release'
      timer.askNow()
    }
    await ports.catalog.shares.orderDone(order)
  }
}

async function report(watch: ShareWatch, signal: AbortSignal): Promise<DryRun> {
  const { clock } = watch.ports
  try {
    return await dryRun(watch, signal)
  } catch (cause) {
    if (signal.aborted || !(cause instanceof Error)) throw cause
    const counts = { new: 0, changed: 0, move: 0, unchanged: 0, missing: 0, refused: 0 }
    const problem = `The folder ${watch.share.path} could not be looked at (${cause.message}).`
    return { finishedAt: clock.now(), tookMs: 0, counts, bytes: 0, items: [], problem }
  }
}

/** Whether a scan may begin now: the first of a run, one that a person asked for, or at its time. */
export const mayScan = ({ orders, root, share, ports }: ShareWatch): boolean =>
  root === undefined || orders.isScanAsked || isOpen(share.scanWindow, ports.clock.now())
