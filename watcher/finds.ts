import { isSame } from '../core/share/stamp.ts'
import type { ScanOptions } from './scan.ts'
import type { ShareWatch } from './share-watch.ts'

/** How long a scan waits for room in which nothing moves. */
const PATIENCE_MS = 60_000
const LOOK_EVERY_MS = 100
/** An event may be this late and not be lost. */
const LATE_MS = 5_000

/** What a scan does with the files that it finds: they wait to be taken, and are counted. */
export function finds(
  watch: ShareWatch,
  signal: AbortSignal,
): Pick<ScanOptions, 'offer' | 'roomAgain'> {
  const { room, board, ports } = watch
  const { sinceMs } = watch.hints ?? {}
  const untilMs = ports.clock.now() - LATE_MS
  return {
    offer(path, stamp, known) {
      const isNews = !known || !isSame(known, stamp)
      if (isNews && !room.has(path) && !room.isFull()) {
        const changedMs = Number(BigInt(stamp.ctimeNs) / 1_000_000n)
        board.found(sinceMs !== undefined && changedMs > sinceMs && changedMs < untilMs)
      }
      return room.offer(path, stamp)
    },
    roomAgain: () => roomAgain(watch, signal),
  }
}

/** Waits until there is room again; not for ever, as what is wrong may need a scan to be over. */
async function roomAgain(watch: ShareWatch, signal: AbortSignal): Promise<boolean> {
  const { room, board, ports } = watch
  const { clock } = ports
  const size = room.size()
  for (let endsMs = clock.monotonic() + PATIENCE_MS; clock.monotonic() < endsMs; ) {
    await clock.sleep(LOOK_EVERY_MS, signal)
    signal.throwIfAborted()
    await board.report(room.size())
    if (!room.isFull()) return true
    if (room.size() !== size) endsMs = clock.monotonic() + PATIENCE_MS
  }
  return false
}
