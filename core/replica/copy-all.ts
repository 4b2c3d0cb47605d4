import type { Ports, Provider } from '../ports/index.ts'
import { type CopyOptions, copyNext } from './copy-content.ts'

export interface CopyCount {
  /** Copies that were made, or read back, and are right. */
  good: number
  /** Tries that failed; what they were for waits for its next one. */
  failed: number
}

/** Does everything that is due at `provider`, several at a time, and says how it went. */
export async function copyAll(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  provider: Provider,
  options: CopyOptions & { lanes: number },
  onProgress: (count: CopyCount) => void = () => {},
): Promise<CopyCount> {
  const count: CopyCount = { good: 0, failed: 0 }
  const lane = async () => {
    while (!options.signal.aborted) {
      const done = await copyNext(ports, provider, options)
      if (!done) return
      if (done.failure === undefined) count.good++
      else count.failed++
      onProgress(count)
    }
  }
  await Promise.all(Array.from({ length: options.lanes }, lane))
  return count
}
