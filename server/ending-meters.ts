import { Histogram, type Registry } from 'prom-client'
import type { Ports } from '../core/ports/index.ts'

/** What is younger may still be on its way into the catalog, written by another process. */
const SETTLED_MS = 2_000
/** Rows that are counted at one asking; the rest is counted at the next. */
const MOST = 20_000

const SECONDS = [0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200]

/**
 * How uploads ended and how long files took to become findable, counted in the catalog at each asking
 * since this process began: files are made findable by another one.
 */
export function endingMeters(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  registers: Registry[],
): void {
  let after = clock.now()
  let counting: Promise<void> | undefined
  const count = async () => {
    const until = Math.max(after, clock.now() - SETTLED_MS)
    const ended = await catalog.journal.endings({ after, until }, MOST)
    for (const { outcome, tookMs } of ended.uploads) uploads.observe({ outcome }, tookMs / 1000)
    for (const { door, tookMs } of ended.files) searchable.observe({ door }, tookMs / 1000)
    after = ended.until
  }
  /** Both are asked for together, and counted in one round. */
  const collect = () => {
    counting ??= count().finally(() => {
      counting = undefined
    })
    return counting
  }
  const uploads = new Histogram({
    name: 'onefold_upload_seconds',
    help: 'From the request of an upload to its end, by outcome: complete, failed, expired',
    labelNames: ['outcome'],
    buckets: SECONDS,
    registers,
    collect,
  })
  const searchable = new Histogram({
    name: 'onefold_searchable_seconds',
    help: 'From a file being stored to being findable, by the door it came through',
    labelNames: ['door'],
    buckets: SECONDS,
    registers,
    collect,
  })
}
