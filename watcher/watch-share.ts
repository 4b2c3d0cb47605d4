import { AppError } from '../core/errors.ts'
import type { Share } from '../core/ports/index.ts'
import { finds } from './finds.ts'
import { lookAtMoved } from './late-writes.ts'
import { listen, stopListening } from './listen.ts'
import { mayScan, obeyOrders } from './orders.ts'
import { rereadSome } from './reread.ts'
import { type ShareScan, scanShare } from './scan-share.ts'
import type { ShareWatch } from './share-watch.ts'

const TICK_MS = 100

/** Keeps looking at a share until `signal` aborts. What it finds waits in its room to be taken. */
export async function watchShare(watch: ShareWatch, signal: AbortSignal): Promise<void> {
  const { board, room, timer, ports } = watch
  while (!signal.aborted) {
    try {
      if (watch.isCut && !room.isFull()) timer.want()
      await obeyOrders(watch, signal)
      if (timer.isDue() && mayScan(watch)) await look(watch, signal)
      await lookAtMoved(watch)
      await board.report(room.size())
      await writeSpans(watch)
    } catch (cause) {
      if (!signal.aborted) ports.log.error('A share could not be watched.', { err: cause })
    }
    await ports.clock.sleep(TICK_MS, signal)
  }
  await stopListening(watch)
}

async function writeSpans(watch: ShareWatch): Promise<void> {
  if (watch.spans.length > 0) await watch.ports.catalog.journal.traces(watch.spans.splice(0))
}

async function look(watch: ShareWatch, signal: AbortSignal): Promise<void> {
  const { board, room, timer, ports, orders, options } = watch
  const { isReleased } = orders
  timer.started()
  watch.isCut = false
  orders.isScanAsked = false
  // What a person has said holds for what he saw, not for what comes later.
  orders.isReleased = false
  const startedMs = ports.clock.monotonic()
  try {
    const { share, exclude } = watch
    const { limits } = options
    const looking = { share, last: board.last(), isReleased, ...(limits && { limits }) }
    const found = await scanShare(ports, looking, { exclude, signal, ...finds(watch, signal) })
    watch.root = found.outage?.isStrange ? undefined : found.root.path
    watch.isNear = !found.fileSystem.isNetwork
    watch.isCut ||= found.isCut
    const lastScanMs = Math.round(ports.clock.monotonic() - startedMs)
    board.set({ lastScanAt: ports.clock.now(), lastScanMs, seen: found.seen })
    judged(watch, found)
    await board.recount(room.size())
    tell(watch, found, lastScanMs)
    if (watch.root === undefined) return
    await listen(watch, found)
    const isDoubtful = options.rereads || !found.fileSystem.hasTrueCtime
    if (isDoubtful && !found.outage && (await rereadSome(watch, signal)) > 0) timer.want()
  } catch (cause) {
    if (signal.aborted) return
    const away = awayMessage(watch.share, cause)
    if (away === undefined) throw cause
    watch.root = undefined
    board.freeze(away, { isAway: true })
  } finally {
    timer.ended()
  }
}

/** Freezes the share, or remembers what it is like when all is well. */
function judged({ board }: ShareWatch, { outage, root, mounts, hasSentinel }: ShareScan): void {
  if (outage) {
    board.freeze(outage.message, { isAway: false })
  } else {
    board.thaw()
    board.set({ root: root.id, mounts, hasSentinel })
  }
}

/** One line a scan, and none when nothing happened. */
function tell(watch: ShareWatch, found: ShareScan, tookMs: number): void {
  const { seen, changed, back, recorded, missing, outage } = found
  const { stored, failed } = watch.tally
  watch.tally = { stored: 0, failed: 0 }
  if (changed + back + recorded + missing + stored + failed === 0 && !outage) return
  const counts = { seen, changed, back, recorded, missing, stored, failed, took_ms: tookMs }
  watch.ports.log.info('A share was scanned.', {
    ...counts,
    ...(outage && { outage: outage.message }),
  })
}

/** What to say when the folder itself cannot be read; undefined when that is not what happened. */
function awayMessage({ path }: Share, cause: unknown): string | undefined {
  const isReplaced = cause instanceof AppError && cause.reason === 'OUTSIDE_SHARE'
  const isSystems = cause instanceof Error && 'syscall' in cause && 'code' in cause
  if (!isSystems && !isReplaced) return undefined
  const code = isSystems ? String(cause.code) : 'ENOTDIR'
  const advice = ADVICE[code]?.(path) ?? `The folder ${path} cannot be read (${code}).`
  return `${advice} Nothing was marked as missing; it is looked at again by itself.`
}

const ADVICE: Partial<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `There is no folder ${path}. Mount it, or make it again.`,
  ENOTDIR: (path) => `${path} is not a folder any more.`,
  EACCES: (path) =>
    `Onefold may not read ${path}. Give the account it runs as the right to list it.`,
}
