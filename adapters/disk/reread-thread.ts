import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, constants, openSync, readlinkSync, readSync } from 'node:fs'
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { hasSystemCode } from '../../core/errors.ts'

// A thread of its own: its reads are its own too, so the system can put them behind all others'.

const CHUNK_BYTES = 1024 * 1024
/** Memory of WebAssembly begins at a page, as reading past the cache (O_DIRECT) wants it. */
const memory = new WebAssembly.Memory({ initial: CHUNK_BYTES / 65_536 })
const buffer = new Uint8Array(memory.buffer)
const never = new Int32Array(new SharedArrayBuffer(4))
const { bytesPerSecond } = workerData as { bytesPerSecond: number }

standBehind()
parentPort?.on('message', (file: string) => parentPort?.postMessage(reread(file)))

function standBehind(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    setPriority(thread, 19)
    spawnSync('ionice', ['-c', '3', '-p', String(thread)])
  } catch {
    // A system without threads in /proc: the rate alone keeps it behind.
  }
}

export type Reread = { digest: string; sizeBytes: number } | { code: string; message: string }

function reread(file: string): Reread {
  try {
    try {
      return read(file, constants.O_RDONLY | constants.O_DIRECT)
    } catch (cause) {
      // File systems that cannot read past the cache say so at once.
      if (!hasSystemCode(cause, 'EINVAL')) throw cause
      return read(file, constants.O_RDONLY)
    }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'UNKNOWN'
    return { code, message: cause instanceof Error ? cause.message : String(cause) }
  }
}

function read(file: string, flags: number): Reread {
  const fd = openSync(file, flags)
  try {
    const hash = createHash('sha256')
    let sizeBytes = 0
    for (;;) {
      const startMs = performance.now()
      const count = readSync(fd, buffer, 0, CHUNK_BYTES, sizeBytes)
      if (count === 0) return { digest: hash.digest('hex'), sizeBytes }
      hash.update(buffer.subarray(0, count))
      sizeBytes += count
      const dueMs = (count / bytesPerSecond) * 1000 - (performance.now() - startMs)
      if (dueMs > 0) Atomics.wait(never, 0, 0, dueMs)
    }
  } finally {
    closeSync(fd)
  }
}
