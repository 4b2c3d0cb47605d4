import type { DryRun, DryRunItem, Shares } from '../core/ports/index.ts'
import { displayText } from '../core/share/display-path.ts'
import { rawPathOf } from '../core/share/raw-path.ts'
import { isSame } from '../core/share/stamp.ts'
import { type ScanOptions } from './scan.ts'
import { type ShareScan, scanShare } from './scan-share.ts'
import type { ShareWatch } from './share-watch.ts'

/** As many as one reads on a page; the counts are of all. */
const MOST_ITEMS = 200

/**
 * What a whole scan of the share would do now. It is that scan itself, on a catalog that only takes
 * notes, so that it cannot promise what the scan does not keep.
 *
 * @throws the system's error when the folder is away or cannot be listed
 */
export async function dryRun(watch: ShareWatch, signal: AbortSignal): Promise<DryRun> {
  const { ports, share, board, exclude } = watch
  const { limits } = watch.options
  const startedMs = ports.clock.monotonic()
  const notes = notebook()
  const catalog = { ...ports.catalog, shares: { ...ports.catalog.shares, ...notes.writers } }
  const looking = { share, last: board.last(), ...(limits && { limits }) }
  const options = { exclude, offer: notes.offer, signal }
  const found = await scanShare({ ...ports, catalog }, looking, options)
  return {
    finishedAt: ports.clock.now(),
    tookMs: Math.round(ports.clock.monotonic() - startedMs),
    ...notes.report(found),
  }
}

type Writers = Pick<Shares, 'putEntries' | 'markMissing' | 'markPresent' | 'forget'>

function notebook() {
  const counts: DryRun['counts'] = {
    new: 0,
    changed: 0,
    move: 0,
    unchanged: 0,
    missing: 0,
    refused: 0,
  }
  const items: DryRunItem[] = []
  let bytes = 0
  const note = (path: Uint8Array, item: Omit<DryRunItem, 'path'>) => {
    counts[item.kind]++
    if (items.length < MOST_ITEMS) items.push({ path: displayText(rawPathOf(path)), ...item })
  }
  const writers: Writers = {
    async putEntries(entries) {
      for (const { path, sizeBytes, message } of entries) {
        note(path, { kind: 'refused', sizeBytes, ...(message !== undefined && { message }) })
      }
    },
    async markMissing(_, paths) {
      for (const path of paths) note(path, { kind: 'missing', sizeBytes: 0 })
    },
    markPresent: async () => {},
    forget: async () => {},
  }
  const offer: ScanOptions['offer'] = (path, stamp, known) => {
    const isKnown = known?.state === 'stored' || known?.state === 'missing'
    const isMove = known?.state === 'stored' && isSame(known, stamp)
    if (!isMove) bytes += stamp.sizeBytes
    const kind = isMove ? 'move' : isKnown ? 'changed' : 'new'
    note(Buffer.from(path, 'latin1'), { kind, sizeBytes: stamp.sizeBytes })
    return true
  }
  const report = ({ seen, outage }: ShareScan) => {
    const touched = counts.new + counts.changed + counts.move + counts.refused
    return {
      counts: { ...counts, unchanged: Math.max(0, seen - touched) },
      bytes,
      items: items.sort((a, b) => (a.path < b.path ? -1 : 1)),
      ...(outage !== undefined && { problem: outage.message }),
    }
  }
  return { writers, offer, report }
}
