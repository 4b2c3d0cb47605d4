import { matchesGlob } from 'node:path'
import type { Share } from '../ports/index.ts'

/** Folder at the top of an inbox share where files lie that were stored. */
export const DONE_FOLDER = 'done'

/** Folders that file servers and desktops keep for themselves. */
const SYSTEM_FOLDER =
  /^(lost\+found|System Volume Information|\$RECYCLE\.BIN|#recycle|@eaDir|__MACOSX)$/i

/**
 * Names of files that are not there to stay: office locks, downloads and copies under way, and what
 * desktops leave behind.
 */
const TEMPORARY_FILE =
  /^(~\$.*|.*\.(part|partial|crdownload|opdownload|download|filepart|tmp)|Thumbs\.db|ehthumbs\.db|desktop\.ini)$/i

/**
 * Whether something in a share is left out by its name: what begins with a dot (rsync, editors, NFS
 * and trash cans all hide their work so), known temporary names, and the share's own patterns. A
 * pattern without a slash is held against the name at any depth, one with a slash against the whole
 * path. What is inside an excluded folder is excluded with it.
 */
export interface Exclusion {
  folder(path: string, name: string): boolean
  file(path: string, name: string): boolean
  /** Whether a file is left out by its own name or that of a folder above it. */
  path(path: string): boolean
}

/** What of a share is left out: by its patterns, and what an inbox has put aside. */
export const shareExclusion = (share: Pick<Share, 'exclude' | 'include' | 'mode'>): Exclusion =>
  exclusion(share.mode === 'inbox' ? [...share.exclude, `/${DONE_FOLDER}`] : share.exclude, share)

/**
 * Compiles the patterns of a share. Paths are display text, `/`-separated, below its root.
 *
 * @param include when there are any, files that match none of them are left out
 */
export function exclusion(
  patterns: readonly string[],
  { include = [] }: { include?: readonly string[] } = {},
): Exclusion {
  const isExcluded = matcher(patterns)
  const isIncluded = include.length === 0 ? () => true : matcher(include)
  const folder = (path: string, name: string) =>
    name.startsWith('.') || SYSTEM_FOLDER.test(name) || isExcluded(path, name)
  const file = (path: string, name: string) =>
    name.startsWith('.') ||
    TEMPORARY_FILE.test(name) ||
    isExcluded(path, name) ||
    !isIncluded(path, name)
  return {
    folder,
    file,
    path(path) {
      const names = path.split('/')
      const name = names.pop() ?? ''
      return (
        file(path, name) ||
        names.some((above, depth) => folder(names.slice(0, depth + 1).join('/'), above))
      )
    },
  }
}

/** A pattern with a slash is held against the path, one without against the name. */
function matcher(patterns: readonly string[]): (path: string, name: string) => boolean {
  const byName = patterns.filter((pattern) => !pattern.includes('/'))
  const byPath = patterns
    .filter((pattern) => pattern.includes('/'))
    .map((pattern) => pattern.replace(/^\/|\/$/g, ''))
  return (path, name) =>
    byName.some((pattern) => matchesGlob(name, pattern)) ||
    byPath.some((pattern) => matchesGlob(path, pattern))
}
