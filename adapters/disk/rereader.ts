import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Digest } from '../../core/digest.ts'
import type { Rereader } from '../../core/ports/index.ts'
import type { Reread } from './reread-thread.ts'

/** Reads the blobs below `root` in a thread of its own, one at a time. */
export function diskRereader(root: string, bytesPerSecond: number): Rereader {
  let thread: Worker | undefined
  const started = () => {
    thread ??= new Worker(new URL('./reread-thread.ts', import.meta.url), {
      workerData: { bytesPerSecond },
    })
    thread.unref()
    return thread
  }
  return {
    async digestOf(path) {
      const worker = started()
      worker.postMessage(join(root, 'blobs', path))
      const [found]: Reread[] = await once(worker, 'message')
      if (found === undefined || 'digest' in found) {
        return found && { digest: found.digest as Digest, sizeBytes: found.sizeBytes }
      }
      if (found.code === 'ENOENT') return undefined
      throw Object.assign(new Error(found.message), { code: found.code })
    },
    load,
    async close() {
      await thread?.terminate()
      thread = undefined
    },
  }
}

/**
 * Share of the last ten seconds in which somebody had to wait for disk or processor, as the kernel
 * counts it (pressure stall information); without that the load of each core.
 */
async function load(): Promise<number> {
  try {
    const files = await Promise.all(
      ['io', 'cpu'].map((name) => readFile(`/proc/pressure/${name}`, 'utf8')),
    )
    return Math.max(
      ...files.map((text) => Number(/some avg10=([\d.]+)/.exec(text)?.[1] ?? 0) / 100),
    )
  } catch {
    return Math.min(1, (loadavg()[0] ?? 0) / availableParallelism() / 2)
  }
}
