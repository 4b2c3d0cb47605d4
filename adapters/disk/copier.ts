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

/** A thread with what it was asked for and has not answered. */
interface CopyThread {
  worker: Worker
  waiting: Map<number, Waiting>
}

/**
 * Copies small files in threads, hashing on the way. Beside one another in one thread of JavaScript they
 * cost three times as much, most of it turns and garbage (measured; bench/README.md). When a thread
 * ends, its own orders fail, and the next order begins another.
 *
 * @param script of a thread, as `copy-thread.ts`
 */
export function openCopier(script = new URL('./copy-thread.ts', import.meta.url)) {
  const threads: (CopyThread | undefined)[] = []
  let last = 0

  const threadAt = (place: number): CopyThread => {
    threads[place] ??= start(script, (ended) => {
      if (threads[place] === ended) threads[place] = undefined
    })
    return threads[place]
  }

  /** A descriptor of the copy at `to`, to be synced and closed; undefined for a large file. */
  return (source: CopySource, to: string): Promise<{ fd: number; digest: Digest }> | undefined => {
    if (source.sizeBytes > MOST_BYTES) return undefined
    const id = ++last
    const { worker, waiting } = threadAt(id % Math.min(MOST_THREADS, availableParallelism()))
    return new Promise((resolve, reject) => {
      waiting.set(id, { source, resolve, reject })
      const order: CopyOrder = { id, from: source.fd, sizeBytes: source.sizeBytes, to }
      worker.postMessage(order)
    })
  }
}

/** @param onEnd once, before the orders that it leaves fail */
function start(script: URL, onEnd: (ended: CopyThread) => void): CopyThread {
  const worker = new Worker(script, {
    // What it opens is closed elsewhere: its end must not close what has that number then.
    trackUnmanagedFds: false,
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  })
  const waiting: CopyThread['waiting'] = new Map()
  const thread = { worker, waiting }
  const end = (cause: unknown) => {
    onEnd(thread)
    for (const { reject } of waiting.values()) reject(cause)
    waiting.clear()
  }
  worker.on('message', (copied: Copied) => {
    const order = waiting.get(copied.id)
    waiting.delete(copied.id)
    if (order) answer(order, copied)
    else if (copied.kind === 'copied') close(copied.fd)
  })
  worker.on('error', end)
  worker.on('exit', () => end(new Error('a thread that copies files ended')))
  worker.unref()
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
