import { matchesGlob } from 'node:path'

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

/** Compiles the patterns of a share. Paths are display text, `/`-separated, below its root. */
export function exclusion(patterns: readonly string[]): Exclusion {
  const byName = patterns.filter((pattern) => !pattern.includes('/'))
  const byPath = patterns
    .filter((pattern) => pattern.includes('/'))
    .map((pattern) => pattern.replace(/^\/|\/$/g, ''))
  const isChosen = (path: string, name: string) =>
    byName.some((pattern) => matchesGlob(name, pattern)) ||
    byPath.some((pattern) => matchesGlob(path, pattern))
  const folder = (path: string, name: string) =>
    name.startsWith('.') || SYSTEM_FOLDER.test(name) || isChosen(path, name)
  const file = (path: string, name: string) =>
    name.startsWith('.') || TEMPORARY_FILE.test(name) || isChosen(path, name)
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
