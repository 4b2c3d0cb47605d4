import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { Digest } from '../../core/digest.ts'

const READ_BYTES = 256 * 1024
/** Files in parts that are hashed while they come, the ones written to last; others at their end. */
const MOST = 64

/** What is known of a file that comes in parts, from its beginning on. */
interface Running {
  hash: Hash
  /** Bytes from the beginning that are hashed. */
  hashed: number
  /** Bytes from the beginning that lie on the disk. */
  solid: number
  /** What lies on the disk behind a gap: where it begins, and ends. */
  behind: Map<number, number>
  working: Promise<void>
  /** When one of us wrote to the file last, as the file system tells it. */
  changedNs: bigint
  isVoid: boolean
}

/** A part that lies on the disk; `changedNs` is when its file was changed last. */
export interface WrittenPart {
  from: number
  to: number
  changedNs: bigint
}

interface PartDigests {
  /** Something is about to be written there: what was hashed of it counts no more. */
  writing(path: string, from: number): void
  /** It is written, and on the disk. */
  written(path: string, part: WrittenPart): void
  /** The digest of the whole file as it lies there; what is not hashed yet is read now. */
  digest(path: string): Promise<{ digest: Digest; sizeBytes: number }>
  forget(path: string): void
}

/**
 * Hashes files that come in parts behind their senders, in order, while the bytes are still in memory:
 * at the end there is little to read. Of this process: what came before a restart, or before the
 * beginning, is read at the end; all of it is, when somebody else has written to the file.
 */
export function partDigests(): PartDigests {
  const all = new Map<string, Running>()

  function forget(path: string): void {
    const running = all.get(path)
    if (running) running.isVoid = true
    all.delete(path)
  }

  /** Who is forgotten is read at the end, as uploads are that were given up without a word. */
  function forgetOldest(): void {
    const [path] = all.keys()
    if (path !== undefined) forget(path)
  }

  return {
    forget,
    writing(path, from) {
      const running = all.get(path)
      if (running && from < running.solid) forget(path)
      running?.behind.delete(from)
      // Only who begins with nothing on the disk knows what lies there.
      if (from !== 0 || all.has(path)) return
      if (all.size >= MOST) forgetOldest()
      all.set(path, fresh())
    },
    written(path, { from, to, changedNs }) {
      const running = all.get(path)
      if (!running) return
      // The one that is written to is the youngest again.
      all.delete(path)
      all.set(path, running)
      if (changedNs > running.changedNs) running.changedNs = changedNs
      running.behind.set(from, to)
      const before = running.solid
      for (let end = running.behind.get(before); end; end = running.behind.get(running.solid)) {
        running.behind.delete(running.solid)
        running.solid = end
      }
      if (running.solid > before)
        running.working = running.working.then(() => follow(path, running))
    },
    async digest(path) {
      const known = all.get(path)
      await known?.working
      const file = await open(path, 'r')
      try {
        await file.chmod(0o440)
        const { size, mtimeNs } = await file.stat({ bigint: true })
        const isOurs = known && !known.isVoid && known.changedNs === mtimeNs
        const running = isOurs ? known : fresh()
        const sizeBytes = Number(size)
        await hashUpTo(file, running, sizeBytes)
        return { digest: running.hash.copy().digest('hex') as Digest, sizeBytes }
      } finally {
        await file.close()
      }
    },
  }
}

const fresh = (): Running => ({
  hash: createHash('sha256'),
  hashed: 0,
  solid: 0,
  behind: new Map(),
  working: Promise.resolve(),
  changedNs: 0n,
  isVoid: false,
})

/** Never rejects: what cannot be read now is read at the end, and said then. */
async function follow(path: string, running: Running): Promise<void> {
  try {
    const file = await open(path, 'r')
    await hashUpTo(file, running, running.solid).finally(() => file.close())
  } catch {
    running.isVoid = true
  }
}

async function hashUpTo(file: FileHandle, running: Running, end: number): Promise<void> {
  if (running.hashed >= end) return
  const buffer = Buffer.allocUnsafeSlow(Math.min(READ_BYTES, end - running.hashed))
  while (running.hashed < end && !running.isVoid) {
    const length = Math.min(buffer.length, end - running.hashed)
    const { bytesRead } = await file.read(buffer, 0, length, running.hashed)
    if (bytesRead === 0) throw new Error('a file became shorter while it was hashed')
    running.hash.update(buffer.subarray(0, bytesRead))
    running.hashed += bytesRead
  }
}
