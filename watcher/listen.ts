import { chosenMode } from '../core/share/share-sight.ts'
import { openHints } from './hints.ts'
import type { ShareScan } from './scan-share.ts'
import { glance, type ShareWatch } from './share-watch.ts'

/**
 * Listens to the folder that was just scanned, if that is wanted, tells anything, and there are
 * watches for all its folders and memory for what is in them: they are counted first.
 */
export async function listen(watch: ShareWatch, scan: ShareScan): Promise<void> {
  const { board, options } = watch
  const reason = whyNot(watch, scan)
  // Events come from the folder that was there at the time, not from the one of that name.
  const isElsewhere = watch.hints !== undefined && watch.hints.rootId !== scan.root.id
  if (watch.hints && (isElsewhere || reason !== undefined)) await stopListening(watch)
  if (reason !== undefined) board.set({ mode: 'scan', modeReason: reason })
  if (watch.hints || reason !== undefined || !options.listens) return
  const hints = openHints(scan.root.path, watch.exclude, {
    file: (path) => glance(watch, path),
    something: () => watch.timer.want(),
    ready: () => {
      if (watch.hints) watch.hints.sinceMs = watch.ports.clock.now()
      watch.timer.want()
    },
    lost: (cause) => lose(watch, cause),
  })
  watch.hints = { rootId: scan.root.id, close: hints.close }
  board.set({ mode: 'events', modeReason: '' })
}

/** Why a share is scanned and not listened to, in words; undefined when nothing speaks against it. */
function whyNot({ options, share }: ShareWatch, scan: ShareScan): string | undefined {
  if (!options.listens || !options.budget) return undefined
  const { mode, why } = chosenMode(scan.fileSystem)
  if (mode === 'scan') return why
  const { folders, seen } = scan
  return options.budget.claim(share.id, { folders, entries: seen + folders })
}

export async function stopListening(watch: ShareWatch): Promise<void> {
  const { hints, share, options } = watch
  watch.hints = undefined
  options.budget?.giveBack(share.id)
  watch.board.set({ mode: 'scan' })
  await hints?.close?.()
}

/** Scanning alone finds everything, only later; it is not worth another word until a restart. */
function lose(watch: ShareWatch, cause: unknown): void {
  if (!watch.hints?.close) return
  const { rootId, close } = watch.hints
  watch.hints = { rootId }
  watch.options.budget?.giveBack(watch.share.id)
  watch.board.set({ mode: 'scan', modeReason: 'The system has no watches left.' })
  watch.ports.log.warn(
    'A share is scanned instead of listened to: the system has no watches left.',
    {
      err: cause,
      how_to_fix: 'Raise fs.inotify.max_user_watches.',
    },
  )
  void close()
}
