import { codeOf } from '../core/errors.ts'
import { company } from './company.ts'
import { noteMoved } from './late-writes.ts'
import { hasSentinel } from './outage.ts'
import { glance, type ShareWatch, type WatchPorts } from './share-watch.ts'
import { type Outcome, take } from './take.ts'
import type { Candidate } from './waiting-room.ts'

const FIRST_PAUSE_MS = 2_000
const LAST_PAUSE_MS = 300_000

/** The next file of a share that should have settled, if any may be taken now. */
export function nextOf(
  watch: ShareWatch,
  fits?: (sizeBytes: number) => boolean,
): Candidate | undefined {
  if (watch.root === undefined) return undefined
  if (watch.ports.clock.monotonic() < watch.pausedUntilMs) return undefined
  return watch.room.next(fits)
}

/** Takes files together; see `takeOne`. */
export async function takeTogether(
  watch: ShareWatch,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): Promise<void> {
  const members = company(watch.ports, candidates.length)
  const taking = candidates.map((candidate, index) => {
    const member = members[index]
    return takeOne(watch, candidate, signal, member?.ports).finally(() => member?.leave())
  })
  await Promise.all(taking)
}

/**
 * Takes a file and notes what became of it. Never rejects: what is not the file's fault makes its
 * share wait, longer each time, and the file is tried again then.
 */
export async function takeOne(
  watch: ShareWatch,
  candidate: Candidate,
  signal: AbortSignal,
  ports: WatchPorts = watch.ports,
): Promise<void> {
  const { share, root = '', options } = watch
  if (watch.board.last().hasSentinel && !hasSentinel(root)) {
    // Another folder has its place: the next scan says so.
    watch.root = undefined
    watch.timer.want()
    return watch.room.putBack(candidate.path, candidate)
  }
  const { graceMs } = options
  const { isNear } = watch
  const place = { share, root, isNear, ...(graceMs !== undefined && { graceMs }) }
  try {
    note(watch, candidate, await take(ports, place, candidate, signal))
    watch.mishaps = 0
    watch.board.trouble('storing', undefined)
  } catch (cause) {
    watch.room.putBack(candidate.path, candidate)
    if (!signal.aborted) pause(watch, cause)
  }
}

function note(watch: ShareWatch, { path }: Candidate, outcome: Outcome): void {
  if (outcome.kind === 'settling') {
    watch.room.putBack(path, outcome.settling)
    return
  }
  if (outcome.kind === 'moved') {
    watch.board.count(outcome.before, outcome.kind)
    noteMoved(watch, outcome.moved)
  } else if (outcome.kind === 'stored') {
    watch.board.count(outcome.before, outcome.kind)
    watch.tally.stored++
    watch.spans.push(outcome.span)
    if (outcome.settling) {
      watch.room.putBack(path, outcome.settling)
      return
    }
  } else if (outcome.kind === 'failed') {
    watch.board.count(outcome.before, outcome.state)
    watch.tally.failed++
  } else if (outcome.kind === 'gone' || outcome.kind === 'carried') {
    watch.timer.want()
  }
  if (watch.room.done(path)) glance(watch, path)
}

/** Four files are in flight, so one cause comes several times; it counts and is told once. */
function pause(watch: ShareWatch, cause: unknown): void {
  const now = watch.ports.clock.monotonic()
  if (now < watch.pausedUntilMs) return
  watch.pausedUntilMs = now + Math.min(FIRST_PAUSE_MS * 2 ** watch.mishaps, LAST_PAUSE_MS)
  watch.mishaps++
  watch.board.trouble('storing', MESSAGES[codeOf(cause)] ?? MESSAGES.internal)
  watch.ports.log.error('Files of a share could not be stored.', { err: cause })
}

const MESSAGES: Partial<Record<string, string>> & { internal: string } = {
  storage_full: 'The disk of Onefold is full: nothing is taken until there is room.',
  not_found: 'The chapter that this share feeds is gone. Choose another one for it.',
  internal: 'Files could not be stored; the log of the watcher says why. They are tried again.',
}
