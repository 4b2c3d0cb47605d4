import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'

// A thread of its own: it hashes beside the others, and makes no garbage that all would wait for.

const buffer = Buffer.allocUnsafeSlow(256 * 1024)

/** Descriptors are those of the whole process. */
export interface CopyOrder {
  id: number
  from: number
  sizeBytes: number
  /** A path where nothing is. */
  to: string
}

export type Copied = { id: number } & (
  | { kind: 'copied'; fd: number; digest: string }
  /** The source is shorter than it was. */
  | { kind: 'short' }
  | { kind: 'failed'; side: 'source' | 'store'; code: string; message: string }
)

parentPort?.on('message', (order: CopyOrder) => parentPort?.postMessage(copy(order)))

function copy(order: CopyOrder): Copied {
  const { id, to } = order
  let side: 'source' | 'store' = 'store'
  let fd: number | undefined
  try {
    fd = openSync(to, 'wx', 0o440)
    const hash = createHash('sha256')
    for (let at = 0; at < order.sizeBytes; ) {
      side = 'source'
      const length = Math.min(buffer.byteLength, order.sizeBytes - at)
      const count = readSync(order.from, buffer, 0, length, at)
      if (count === 0) {
        remove(fd, to)
        return { id, kind: 'short' }
      }
      side = 'store'
      hash.update(buffer.subarray(0, count))
      for (let done = 0; done < count; ) {
        done += writeSync(fd, buffer, done, count - done, at + done)
      }
      at += count
    }
    return { id, kind: 'copied', fd, digest: hash.digest('hex') }
  } catch (cause) {
    if (fd !== undefined) remove(fd, to)
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'UNKNOWN'
    return { id, kind: 'failed', side, code, message: String(cause) }
  }
}

function remove(fd: number, path: string): void {
  closeSync(fd)
  unlinkSync(path)
}
