import { openHints } from './hints.ts'
import type { ShareScan } from './scan-share.ts'
import { glance, type ShareWatch } from './share-watch.ts'

/** Above this listening costs too much memory (7 KB a file, measured), and a scan is quick enough. */
const FILES_TO_LISTEN_TO = 20_000

/** Listens to the folder that was just scanned, if that is wanted and worth it. */
export async function listen(watch: ShareWatch, scan: ShareScan): Promise<void> {
  const rootId = scan.root.id
  const isSmall = scan.seen <= FILES_TO_LISTEN_TO
  // Events come from the folder that was there at the time, not from the one of that name.
  if (watch.hints && (watch.hints.rootId !== rootId || !isSmall)) await stopListening(watch)
  if (watch.hints || !isSmall || !watch.options.listens) return
  const hints = openHints(scan.root.path, watch.exclude, {
    file: (path) => glance(watch, path),
    something: () => watch.timer.want(),
    lost: (cause) => lose(watch, cause),
  })
  watch.hints = { rootId, close: hints.close }
  watch.board.set({ mode: 'events' })
}

export async function stopListening(watch: ShareWatch): Promise<void> {
  const { hints } = watch
  watch.hints = undefined
  watch.board.set({ mode: 'scan' })
  await hints?.close?.()
}

/** Scanning alone finds everything, only later; it is not worth another word until a restart. */
function lose(watch: ShareWatch, cause: unknown): void {
  if (!watch.hints?.close) return
  const { rootId, close } = watch.hints
  watch.hints = { rootId }
  watch.board.set({ mode: 'scan' })
  watch.ports.log.warn(
    'A share is scanned instead of listened to: the system has no watches left.',
    {
      err: cause,
      how_to_fix: 'Raise fs.inotify.max_user_watches.',
    },
  )
  void close()
}
