import type { BigIntStats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { AppError, hasSystemCode } from '../core/errors.ts'
import { displayText } from '../core/share/display-path.ts'
import { DONE_FOLDER } from '../core/share/exclude.ts'
import {
  absolute,
  bytesOf,
  type RawPath,
  rawPathOf,
  rawPathOfText,
} from '../core/share/raw-path.ts'
import { stampOf } from '../core/share/stamp.ts'
import { type MovedFile, recordOf } from './inbox.ts'
import { isUnwritten, putBack } from './put-aside.ts'
import { glance, type ShareWatch } from './share-watch.ts'

/** How long a writer may pause and be noticed: who has a file open keeps it open for a day of work. */
const LATE_MS = 24 * 3_600_000
/** While more files than this are looked at, those that waited for this long go first. */
const MANY_FILES = 20_000
const LATE_AMONG_MANY_MS = 600_000
const FIRST_LOOK_MS = 1_000
const PAGE = 500

/** Files of an inbox that lie in `done` and may still be written to by who had them open. */
export interface MovedFiles {
  files: Map<RawPath, Looked>
  /** Those of an earlier run were read from the catalog. */
  isRecalled: boolean
  /** Monotonic time before which nobody goes through all of them again. */
  nextLookMs: number
}

interface Looked extends MovedFile {
  /** Monotonic times: since when it is looked at, and when it is next. */
  sinceMs: number
  dueMs: number
}

/** Has a file looked at that was just moved: after 1 s, and then each time it is twice as long ago. */
export function noteMoved({ ports, moved }: ShareWatch, file: MovedFile): void {
  const sinceMs = ports.clock.monotonic()
  moved.files.set(file.path, { ...file, sinceMs, dueMs: sinceMs + FIRST_LOOK_MS })
}

/**
 * Looks at what was moved to `done`: a writer who paused and had it open goes on there, unseen by any
 * scan. What was written to is put back to be taken again, as a version of the same document. What
 * stood still for long is forgotten. What is looked at is in the catalog, so that a restart, or a
 * crash, goes on with it.
 */
export async function lookAtMoved(watch: ShareWatch): Promise<void> {
  const { share, root, moved, ports, options } = watch
  if (share.mode !== 'inbox' || root === undefined) return
  if (!moved.isRecalled) await recall(watch)
  const patienceMs = moved.files.size > MANY_FILES ? LATE_AMONG_MANY_MS : LATE_MS
  const lateMs = Math.max(options.lateMs ?? patienceMs, share.settleMs)
  const over: RawPath[] = []
  const now = ports.clock.monotonic()
  if (now < moved.nextLookMs) return
  moved.nextLookMs = now + FIRST_LOOK_MS / 2
  for (const file of moved.files.values()) {
    if (file.dueMs > now) continue
    file.dueMs = now + Math.max(now - file.sinceMs, FIRST_LOOK_MS)
    const isOver = now - file.sinceMs >= lateMs
    if (await isWritten(root, file)) await takeAgain(watch, root, file)
    else if (isOver) over.push(file.path)
  }
  if (over.length === 0) return
  await ports.catalog.shares.forget(share.id, over.map(bytesOf))
  for (const path of over) moved.files.delete(path)
}

/** What lies there under another inode is somebody's own business. */
async function isWritten(root: string, { path, stamp }: MovedFile): Promise<boolean> {
  let stat: BigIntStats
  try {
    stat = await lstat(absolute(root, path), { bigint: true })
  } catch (cause) {
    if (hasSystemCode(cause, 'ENOENT') || hasSystemCode(cause, 'ENOTDIR')) return false
    throw cause
  }
  return stat.isFile() && stampOf(stat).inode === stamp.inode && !isUnwritten(stat, stamp)
}

/** It is tried again later when it cannot be put back. */
async function takeAgain(watch: ShareWatch, root: string, file: MovedFile): Promise<void> {
  const { catalog, clock, log } = watch.ports
  const { id } = watch.share
  const version = await catalog.library.version('all', file.versionId)
  let back = file.path
  try {
    await putBack(root, file, async (path) => {
      back = path
      if (!version) return
      const { documentId } = version
      const record = recordOf(id, { ...file, path }, { now: clock.now(), documentId })
      await catalog.shares.putEntries([record])
    })
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    if (back !== file.path) await catalog.shares.forget(id, [bytesOf(back)])
    log.error('A file that was written to after it was moved could not be put back.', {
      err: cause,
      path: displayText(file.path),
    })
    return
  }
  watch.moved.files.delete(file.path)
  await catalog.shares.forget(id, [bytesOf(file.path)])
  log.info('A file was written to after it was moved, and is taken again.', {
    path: displayText(back),
  })
  glance(watch, back)
}

/** Reads what an earlier run moved; how long ago is not known, so the whole time begins anew. */
async function recall(watch: ShareWatch): Promise<void> {
  const { shares } = watch.ports.catalog
  const prefix = rawPathOfText(`${DONE_FOLDER}/`)
  for (let afterPath: Uint8Array = bytesOf(prefix), isMore = true; isMore; ) {
    const page = await shares.entries(watch.share.id, { limit: PAGE, afterPath, state: 'stored' })
    const below = page.filter(({ path }) => rawPathOf(path).startsWith(prefix))
    for (const { path, versionId, documentId, ...stamp } of below) {
      const isMoved = versionId !== undefined && documentId === undefined
      const rawPath = rawPathOf(path)
      if (isMoved && !watch.moved.files.has(rawPath)) {
        noteMoved(watch, { path: rawPath, stamp, versionId })
      }
    }
    isMore = below.length === PAGE
    afterPath = below.at(-1)?.path ?? afterPath
  }
  watch.moved.isRecalled = true
}
