import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasSystemCode } from '../../core/errors.ts'

const markOf = (root: string) => join(root, 'read-only')

/**
 * Why the data folder may not be written: a process found its disk failing and left a mark, or the
 * file system itself takes nothing. Undefined when it may be.
 */
export function readOnlyReason(root: string): string | undefined {
  if (existsSync(markOf(root))) {
    return readFileSync(markOf(root), 'utf8').trim() || 'A process found the disk failing.'
  }
  try {
    accessSync(root, constants.W_OK)
  } catch (cause) {
    if (hasSystemCode(cause, 'EROFS')) return 'The file system of the data folder is read-only.'
  }
  return undefined
}

/** Leaves the mark, as well as a failing disk lets it. Synchronous: the process ends after it. */
export function markReadOnly(root: string, reason: string): void {
  try {
    writeFileSync(markOf(root), `${reason}\n`, { mode: 0o600 })
  } catch {
    // Nothing can be written any more; whoever starts the process again knows by its exit code.
  }
}

/** False when there was none. */
export function clearReadOnlyMark(root: string): boolean {
  if (!existsSync(markOf(root))) return false
  rmSync(markOf(root))
  return true
}
