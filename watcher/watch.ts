import type { Share } from '../core/ports/index.ts'
import { handOutOrders } from './orders.ts'
import { type Pace, pace } from './pace.ts'
import { type ShareWatch, shareWatch, type WatchOptions, type WatchPorts } from './share-watch.ts'
import { nextOf, takeTogether } from './take-one.ts'
import type { Candidate } from './waiting-room.ts'
import { watchBudget } from './watch-budget.ts'
import { watchShare } from './watch-share.ts'

/** How long nobody looks when there was nothing to take. */
const IDLE_MS = 50
/** Files that are taken together, at most: about as many as one commit serves. */
const TOGETHER = 32
/** And so many bytes: the first of them waits for the last. */
const TOGETHER_BYTES = 16 * 2 ** 20

export interface WatcherOptions extends WatchOptions {
  /** How often the list of shares is looked at. */
  pollMs: number
}

interface Running {
  /** What the share was like when it was started: another one is watched anew. */
  as: string
  watch: ShareWatch
  stop: AbortController
  signal: AbortSignal
  done: Promise<void>
}

type RunningShares = Map<string, Running>

/** Watches all shares of the catalog, those added and changed meanwhile too, until `signal` aborts. */
export async function runWatcher(
  ports: WatchPorts,
  options: WatcherOptions,
  signal: AbortSignal,
): Promise<void> {
  const running: RunningShares = new Map()
  const { jobs } = ports.catalog
  const speed = pace(ports.clock, async () => (await jobs.stats('all')).queued)
  const taking = takeAll(ports, running, { speed, signal })
  const budget = watchBudget()
  while (!signal.aborted) {
    try {
      await follow(ports, running, { budget, ...options, signal })
      await handOutOrders(ports, (id) => running.get(id)?.watch)
    } catch (cause) {
      ports.log.error('The list of shares could not be read.', { err: cause })
    }
    await ports.clock.sleep(options.pollMs, signal)
  }
  await Promise.all([taking, ...[...running.values()].map(({ done }) => done)])
}

/** Starts what is new, stops what is gone, and does both with what was changed. */
async function follow(
  ports: WatchPorts,
  running: RunningShares,
  options: WatcherOptions & { signal: AbortSignal },
): Promise<void> {
  const shares = (await ports.catalog.shares.list()).filter((share) => share.enabled)
  const wanted = new Map(shares.map((share) => [share.id, JSON.stringify(share)]))
  const stale = [...running].filter(([id, { as }]) => wanted.get(id) !== as)
  for (const [id, { stop, done }] of stale) {
    stop.abort()
    running.delete(id)
    await done
  }
  const fresh = shares.filter((share) => !running.has(share.id))
  if (fresh.length === 0) return
  const statuses = new Map((await ports.catalog.shares.statuses()).map((s) => [s.shareId, s]))
  for (const share of fresh) {
    const last = statuses.get(share.id)
    running.set(share.id, start(ports, share, { ...options, ...(last && { last }) }))
  }
}

function start(
  ports: WatchPorts,
  share: Share,
  options: Parameters<typeof shareWatch>[2] & { signal: AbortSignal },
): Running {
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  const watch = shareWatch(ports, share, options)
  return { as: JSON.stringify(share), watch, stop, signal, done: watchShare(watch, signal) }
}

/**
 * Takes files, several at a time, of every share in turn, so that a flood in one does not keep others
 * waiting.
 */
async function takeAll(
  { clock }: WatchPorts,
  running: RunningShares,
  { speed, signal }: { speed: Pace; signal: AbortSignal },
): Promise<void> {
  const flying = new Set<Promise<void>>()
  let wake = () => {}
  while (!signal.aborted) {
    const found = nextOfAll(running, speed)
    if (found) {
      const flight = timed(clock, speed, found).then(() => {
        flying.delete(flight)
        wake()
      })
      flying.add(flight)
    } else {
      const landed = new Promise<void>((resolve) => {
        wake = resolve
      })
      await Promise.race([landed, clock.sleep(IDLE_MS, signal)])
    }
  }
  await Promise.all(flying)
}

interface Found {
  candidates: readonly Candidate[]
  from: Running
}

async function timed(
  clock: WatchPorts['clock'],
  speed: Pace,
  { candidates, from }: Found,
): Promise<void> {
  const startedMs = clock.monotonic()
  await takeTogether(from.watch, candidates, from.signal)
  const sizes = candidates.map(({ stamp }) => stamp.sizeBytes)
  speed.ended(sizes, clock.monotonic() - startedMs)
}

/** Files of the share whose turn it is. */
function nextOfAll(running: RunningShares, speed: Pace): Found | undefined {
  for (const [id, from] of running) {
    const candidates = severalOf(from.watch, speed)
    if (candidates.length === 0) continue
    running.delete(id) // and behind all others
    running.set(id, from)
    return { from, candidates }
  }
  return undefined
}

/** As many as are taken together; a large one goes alone, as all would wait for it. */
function severalOf(watch: ShareWatch, speed: Pace): Candidate[] {
  const candidates: Candidate[] = []
  let bytes = 0
  const fits = (sizeBytes: number) =>
    (bytes === 0 || bytes + sizeBytes <= TOGETHER_BYTES) && speed.mayTake(sizeBytes)
  while (candidates.length < TOGETHER) {
    const candidate = nextOf(watch, fits)
    if (!candidate) break
    candidates.push(candidate)
    bytes += Math.max(candidate.stamp.sizeBytes, 1)
    speed.began(candidate.stamp.sizeBytes)
  }
  return candidates
}
