import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, lstat, open, readFile, readlink, statfs } from 'node:fs/promises'
import { AppError, hasSystemCode } from '../core/errors.ts'
import type { CopySource } from '../core/ports/index.ts'
import { absolute, type RawPath } from '../core/share/raw-path.ts'
import { isSame, type Stamp, stampOf } from '../core/share/stamp.ts'
import { endingOf, HEAD_BYTES } from './ending.ts'
import { asSourceError, sourceError } from './source-error.ts'

/** Never follows a link, never waits for a pipe's other end, never takes a terminal. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY
const READ_BYTES = 256 * 1024
const SPARSE_FROM_BYTES = 2n ** 20n
/** `FUSE_SUPER_MAGIC` of linux/magic.h; such file systems may count no blocks at all. */
const FUSE = 0x65735546

/** An open file of a share, proved to be a regular one that lies inside of it. */
export interface Source {
  readonly stamp: Stamp
  /** Leads to the open file itself, for a store that can clone it. */
  readonly path: string
  /** The open file, for a store that copies it. */
  readonly copy: CopySource
  /** Its bytes, and not one more than it had when it was opened. Fails when the end cannot be read. */
  bytes(signal: AbortSignal): AsyncIterable<Uint8Array>
  /** Whether its format says where it ends, and it does not: somebody is still writing it. */
  lacksEnd(): Promise<boolean>
  /** @throws AppError `conflict` (reason `SOURCE_CHANGED`) when it was written to meanwhile */
  confirm(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens a file of a share whose owner may be hostile. What is opened is checked by its descriptor,
 * so that nothing can be swapped between the look and the read.
 *
 * @param root the share's folder, every link in it resolved
 * @returns undefined when there is no such file any more
 * @throws AppError with a reason of `source-error.ts`
 */
export async function openSource(root: string, path: RawPath): Promise<Source | undefined> {
  const file = absolute(root, path)
  try {
    const found = await lstat(file, { bigint: true })
    assertRegular(found) // opening a device can already do something
    const handle = await open(file, FLAGS)
    try {
      return await checked(handle, root, file)
    } catch (cause) {
      await handle.close()
      throw cause
    }
  } catch (cause) {
    if (hasSystemCode(cause, 'ENOENT') || hasSystemCode(cause, 'ENOTDIR')) return undefined
    throw asSourceError(cause)
  }
}

async function checked(handle: FileHandle, root: string, file: Buffer): Promise<Source> {
  const stat = await handle.stat({ bigint: true })
  assertRegular(stat)
  await assertInside(handle, root, file)
  if (stat.nlink > 1n) await assertLinksAreProtected()
  await assertNotHollow(stat, file)
  const stamp = stampOf(stat)
  return {
    stamp,
    path: `/proc/self/fd/${handle.fd}`,
    copy: {
      fd: handle.fd,
      sizeBytes: stamp.sizeBytes,
      failure: (cause) => (cause === undefined ? changed() : asSourceError(cause)),
    },
    bytes: (signal) => read(handle, stamp.sizeBytes, signal),
    lacksEnd: () => lacksEnd(handle, stamp.sizeBytes),
    async confirm() {
      const now = stampOf(await handle.stat({ bigint: true }))
      if (!isSame(now, stamp)) throw changed()
    },
    close: () => handle.close(),
  }
}

function assertRegular(stat: BigIntStats): void {
  if (stat.isSymbolicLink()) throw sourceError('SYMLINK')
  if (!stat.isFile()) throw sourceError('NOT_A_FILE')
}

/** A link among the folders above shows here, whenever it was put there. */
async function assertInside(handle: FileHandle, root: string, file: Buffer): Promise<void> {
  const real = await readlink(`/proc/self/fd/${handle.fd}`, { encoding: 'buffer' })
  if (real.equals(file)) return
  const prefix = Buffer.from(`${root}/`)
  if (!real.subarray(0, prefix.length).equals(prefix)) throw sourceError('OUTSIDE_SHARE')
  throw changed() // moved within the share since it was looked up
}

/** Without this setting of the kernel anybody may give a second name to a file that he cannot read. */
async function assertLinksAreProtected(): Promise<void> {
  const setting = await readFile('/proc/sys/fs/protected_hardlinks', 'utf8')
  if (setting.trim() !== '1') throw sourceError('HARD_LINK')
}

/** A file of 50 GiB that takes no room on its disk would take all of it on ours. */
async function assertNotHollow(stat: BigIntStats, file: Buffer): Promise<void> {
  if (stat.size <= SPARSE_FROM_BYTES || stat.blocks * 512n * 100n >= stat.size) return
  if (stat.blocks === 0n && (await statfs(file)).type === FUSE) return
  throw sourceError('SPARSE')
}

async function* read(
  handle: FileHandle,
  sizeBytes: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (sizeBytes > 0) await readAt(handle, sizeBytes - 1, 1)
  for (let at = 0; at < sizeBytes; ) {
    signal.throwIfAborted()
    const chunk = await readAt(handle, at, Math.min(READ_BYTES, sizeBytes - at))
    at += chunk.byteLength
    yield chunk
  }
}

async function lacksEnd(handle: FileHandle, sizeBytes: number): Promise<boolean> {
  if (sizeBytes === 0) return false
  const head = await readAt(handle, 0, Math.min(HEAD_BYTES, sizeBytes))
  const ending = endingOf(head)
  if (!ending) return false
  const length = Math.min(ending.withinBytes, sizeBytes)
  return !(await readAt(handle, sizeBytes - length, length)).includes(ending.mark)
}

async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length)
  const { bytesRead } = await handle.read(buffer, 0, length, at).catch((cause: unknown) => {
    throw asSourceError(cause)
  })
  if (bytesRead === 0) throw changed() // shorter than it was
  return buffer.subarray(0, bytesRead)
}

const changed = () =>
  new AppError('conflict', 'The file changed while it was read.', { reason: 'SOURCE_CHANGED' })

/** Whether a file has to settle again because somebody writes to it. */
export const isChanged = (error: unknown): boolean =>
  error instanceof AppError && error.reason === 'SOURCE_CHANGED'
