import { watch } from 'chokidar'
import type { Exclusion } from '../core/share/exclude.ts'
import { type RawPath, rawPathOfText } from '../core/share/raw-path.ts'

/** What may be heard of a share between two scans. */
export interface HintListener {
  /** Something happened to this file, perhaps. */
  file(path: RawPath): void
  /** Something happened that only a scan can tell. */
  something(): void
  /** From now on everything should be heard; what came before was not. */
  ready(): void
  /** No more hints will come. */
  lost(cause: unknown): void
}

/** The kernel is out of watches, or we are out of descriptors. */
const OUT_OF_WATCHES = new Set(['ENOSPC', 'EMFILE', 'ENFILE'])

/**
 * Listens for changes below `root`. Every source of such events loses some in a storm, without a
 * word, and none hears what other machines do on a file server: they make things faster, never right.
 */
export function openHints(
  root: string,
  exclude: Exclusion,
  listener: HintListener,
): { close(): Promise<void> } {
  const below = (path: string) => path.slice(root.length + 1)
  const watcher = watch(root, {
    ignoreInitial: true,
    followSymlinks: false,
    ignorePermissionErrors: true,
    atomic: false,
    ignored: (path, stats) => {
      const inside = below(path)
      if (inside === '' || !stats) return false
      const name = inside.slice(inside.lastIndexOf('/') + 1)
      return stats.isDirectory() ? exclude.folder(inside, name) : exclude.file(inside, name)
    },
  })
  watcher.on('all', (event, path) => {
    if (event === 'add' || event === 'change') listener.file(rawPathOfText(below(path)))
    else listener.something()
  })
  watcher.on('ready', () => listener.ready())
  watcher.on('error', (cause) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (OUT_OF_WATCHES.has(code)) listener.lost(cause)
    else listener.something()
  })
  return { close: () => watcher.close() }
}
