import { chmod, constants, copyFile, type FileHandle, open } from 'node:fs/promises'
import { type Digest, hashing } from '../../core/digest.ts'
import { hasSystemCode } from '../../core/errors.ts'
import type { CloneSource } from '../../core/ports/index.ts'

const READ_BYTES = 256 * 1024

/**
 * What `FICLONE` answers where it cannot be done at all: another file system, one without shared
 * blocks, a kernel or a sandbox that does not know the call (ioctl_ficlonerange(2)).
 */
const CANNOT = ['EXDEV', 'EOPNOTSUPP', 'ENOTSUP', 'EINVAL', 'ENOTTY', 'ENOSYS', 'EPERM', 'EBADF']

interface Cloned {
  /** Open, and not synced yet. */
  written: FileHandle
  digest: Digest
  sizeBytes: number
}

/**
 * Clones files by reference (`FICLONE`), on file systems that share blocks: btrfs, XFS, bcachefs. The
 * clone is a snapshot taken in one moment, and is hashed itself, not the file that it came from.
 */
export function openCloner() {
  const unable = new Set<string>()
  return async ({ path, device, signal }: CloneSource, to: string): Promise<Cloned | undefined> => {
    if (unable.has(device)) return undefined
    try {
      await copyFile(path, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL)
    } catch (cause) {
      if (!CANNOT.some((code) => hasSystemCode(cause, code))) throw cause
      unable.add(device)
      return undefined
    }
    await chmod(to, 0o440)
    const written = await open(to, 'r')
    try {
      return { written, ...(await digestOf(written, signal)) }
    } catch (cause) {
      await written.close()
      throw cause
    }
  }
}

async function digestOf(
  file: FileHandle,
  signal: AbortSignal,
): Promise<{ digest: Digest; sizeBytes: number }> {
  const stream = file.createReadStream({ start: 0, highWaterMark: READ_BYTES, autoClose: false })
  const bytes = hashing(stream)
  for await (const _ of bytes) signal.throwIfAborted()
  return { digest: bytes.digest(), sizeBytes: bytes.size() }
}
