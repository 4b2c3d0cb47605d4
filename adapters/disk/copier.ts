import { close, fsync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { Digest } from '../../core/digest.ts'
import type { CopySource } from '../../core/ports/index.ts'
import type { Copied, CopyOrder } from './copy-thread.ts'
import type { OpenFile } from './publish.ts'
import { unusableOr } from './trouble.ts'

/** Larger files are read piece by piece, so that they can be given up and the disk be asked again. */
const MOST_BYTES = 8 * 2 ** 20
/** More hash no faster than one disk reads. */
const MOST_THREADS = 2

interface Waiting {
  source: CopySource
  resolve(copied: { fd: number; digest: Digest }): void
  reject(cause: unknown): void
}

/**
 * Copies small files in threads, hashing on the way. Beside one another in one thread of JavaScript they
 * cost three times as much, most of it turns and garbage (measured; bench/README.md).
 */
export function openCopier() {
  const threads: Worker[] = []
  const waiting = new Map<number, Waiting>()
  let last = 0

  const threadFor = (id: number): Worker => {
    const place = id % Math.min(MOST_THREADS, availableParallelism())
    threads[place] ??= start((copied) => {
      const order = waiting.get(copied.id)
      waiting.delete(copied.id)
      if (order) answer(order, copied)
    }, fail)
    return threads[place]
  }
  const fail = (cause: unknown) => {
    threads.length = 0
    for (const { reject } of waiting.values()) reject(cause)
    waiting.clear()
  }

  /** A descriptor of the copy at `to`, to be synced and closed; undefined for a large file. */
  return (source: CopySource, to: string): Promise<{ fd: number; digest: Digest }> | undefined => {
    if (source.sizeBytes > MOST_BYTES) return undefined
    const id = ++last
    return new Promise((resolve, reject) => {
      waiting.set(id, { source, resolve, reject })
      const order: CopyOrder = { id, from: source.fd, sizeBytes: source.sizeBytes, to }
      threadFor(id).postMessage(order)
    })
  }
}

function start(onCopied: (copied: Copied) => void, onEnd: (cause: unknown) => void): Worker {
  const thread = new Worker(new URL('./copy-thread.ts', import.meta.url), {
    // What it opens is closed elsewhere: its end must not close what has that number then.
    trackUnmanagedFds: false,
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  })
  thread.on('message', onCopied)
  thread.on('error', onEnd)
  thread.on('exit', () => onEnd(new Error('a thread that copies files ended')))
  thread.unref()
  return thread
}

function answer({ source, resolve, reject }: Waiting, copied: Copied): void {
  if (copied.kind === 'copied') {
    resolve({ fd: copied.fd, digest: copied.digest as Digest })
  } else if (copied.kind === 'short') {
    reject(source.failure(undefined))
  } else {
    const cause = Object.assign(new Error(copied.message), { code: copied.code })
    reject(copied.side === 'source' ? source.failure(cause) : unusableOr(cause))
  }
}

const closeDescriptor = promisify(close)
const syncDescriptor = promisify(fsync)

/** A descriptor as the rest of the store knows open files; its number is somebody else's once closed. */
export function fileOfDescriptor(fd: number): OpenFile {
  let closed: Promise<void> | undefined
  return {
    sync: () => syncDescriptor(fd),
    close() {
      closed ??= closeDescriptor(fd)
      return closed
    },
  }
}
