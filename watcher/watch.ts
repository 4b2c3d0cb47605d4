import type { Share } from '../core/ports/index.ts'
import { type ShareWatch, shareWatch, type WatchOptions, type WatchPorts } from './share-watch.ts'
import { nextOf, takeOne } from './take-one.ts'
import { watchShare } from './watch-share.ts'

/** Files that are taken at the same time, of all shares together. */
const LANES = 4
/** How long a lane rests that found nothing to take. */
const IDLE_MS = 50

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
  const lanes = Array.from({ length: LANES }, () => runLane(ports, running, signal))
  while (!signal.aborted) {
    try {
      await follow(ports, running, { ...options, signal })
    } catch (cause) {
      ports.log.error('The list of shares could not be read.', { err: cause })
    }
    await ports.clock.sleep(options.pollMs, signal)
  }
  await Promise.all([...lanes, ...[...running.values()].map(({ done }) => done)])
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

/** Takes file after file, of every share in turn, so that a flood in one does not keep others waiting. */
async function runLane(
  { clock }: WatchPorts,
  running: RunningShares,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const found = nextOfAll(running)
    if (found) await takeOne(found.from.watch, found.candidate, found.from.signal)
    else await clock.sleep(IDLE_MS, signal)
  }
}

function nextOfAll(running: RunningShares) {
  for (const [id, from] of running) {
    const candidate = nextOf(from.watch)
    if (!candidate) continue
    running.delete(id) // and behind all others
    running.set(id, from)
    return { from, candidate }
  }
  return undefined
}
