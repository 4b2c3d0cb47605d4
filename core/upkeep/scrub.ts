import type { Ports, Rereader } from '../ports/index.ts'
import {
  doubtsOf,
  isStuck,
  lookAgain,
  lookOnce,
  type Marks,
  raiseUnreadable,
} from './scrub-look.ts'
import { UNREADABLE } from './verify-bytes.ts'
import { blobRows } from './verify-steps.ts'

/** How the scrub goes round. */
export interface ScrubRule {
  /** All bytes are read once in so many days; 0 for never. */
  days: number
}

/** How far the scrub is. Kept in the catalog, so that a restart goes on where it stopped. */
export interface ScrubState extends Marks {
  /** When this round began, epoch milliseconds. */
  startedAt: number
  /** The same by the box's own clock. */
  startedMs: number
  /** Row up to which it came. */
  afterId: number
  checked: number
  bytesRead: number
  /** What there was to read when the round began. */
  bytesTotal: number
  last?: { endedAt: number; checked: number; bytesRead: number; damaged: number }
}

const SETTING = 'scrub'
const DAY_MS = 24 * 60 * 60_000
/** Above this share of waiting the machine has better things to do. */
const BUSY = 0.4
/** How much is read before it is written down how far it came. */
const KEEP_EVERY_BYTES = 256 * 2 ** 20
/** What could not be read is read again after this long: a disk may wake up, a mount come back. */
const AGAIN_MS = 10 * 60_000

type Stores = Pick<Ports, 'blobs' | 'catalog' | 'clock' | 'log'>

export async function scrubState({
  catalog,
}: Pick<Ports, 'catalog'>): Promise<ScrubState | undefined> {
  const text = await catalog.settings.get(SETTING)
  return text === undefined ? undefined : (JSON.parse(text) as ScrubState)
}

/**
 * Reads what is due of the store's bytes, so that all of them are read in `days`, and stops when it is
 * where it should be, or the machine is busy; but it is never more than a day behind. What is not as
 * it should be is read a second time, then marked damaged: not served, not matched, and replaced by
 * whatever brings the content next. What cannot be read is marked only when it cannot minutes later
 * either; where that happens several times in a row, nothing is marked, and an alarm ends all scrubbing
 * until a person has looked. A damaged one that reads well is live again.
 */
export async function scrubDue(
  ports: Stores & { rereader: Rereader },
  { days }: ScrubRule,
  signal: AbortSignal,
): Promise<ScrubState | undefined> {
  if (days === 0) return undefined
  const { elapsedMs } = await ports.catalog.care.boxTime()
  let state = (await scrubState(ports)) ?? (await begin(ports, elapsedMs))
  if ((await ports.catalog.care.alarms()).some(({ kind }) => kind === UNREADABLE)) return state
  const roundMs = days * DAY_MS
  const due = () => (state.bytesTotal * (elapsedMs - state.startedMs)) / roundMs
  // A round that ended early waits for its time.
  if (due() < 0) return state
  state = await lookAgain(ports, state, elapsedMs - AGAIN_MS)
  let kept = state.bytesRead
  for await (const row of blobRows(ports, state.afterId)) {
    if (isStuck(state)) break
    if (
      signal.aborted ||
      state.bytesRead > due() ||
      (await mustWait(ports, state, { due: due(), days }))
    ) {
      await keep(ports, state)
      return state
    }
    state = {
      ...(await lookOnce(ports, row, { state, nowMs: elapsedMs })),
      afterId: row.id,
      checked: state.checked + 1,
      bytesRead: state.bytesRead + row.sizeBytes,
    }
    if (state.bytesRead - kept < KEEP_EVERY_BYTES) continue
    kept = state.bytesRead
    await keep(ports, state)
  }
  const { inARow, rows } = doubtsOf(state)
  if (inARow === 0 && rows.length > 0) {
    await keep(ports, state)
    await ports.clock.sleep(AGAIN_MS, signal)
    if (signal.aborted) return state
    state = await lookAgain(ports, state, Number.POSITIVE_INFINITY)
  }
  if (isStuck(state)) {
    state = await raiseUnreadable(ports, state)
    await keep(ports, state)
    return state
  }
  return endRound(ports, state, Math.max(state.startedMs + roundMs, elapsedMs - DAY_MS))
}

async function endRound(ports: Stores, state: ScrubState, nextMs: number): Promise<ScrubState> {
  const { checked, bytesRead, damaged, doubts } = state
  const last = { endedAt: ports.clock.now(), checked, bytesRead, damaged }
  ports.log.info('Every byte was read once.', { ...last })
  const next = { ...(await begin(ports, nextMs)), ...(doubts && { doubts }), last }
  await keep(ports, next)
  return next
}

/** A machine that is always busy is scrubbed all the same, a day late. */
async function mustWait(
  { rereader }: { rereader: Rereader },
  state: ScrubState,
  { due, days }: { due: number; days: number },
): Promise<boolean> {
  const isDayLate = due - state.bytesRead > state.bytesTotal / days
  return !isDayLate && (await rereader.load()) > BUSY
}

async function begin({ catalog, clock }: Stores, startedMs: number): Promise<ScrubState> {
  const { uniqueBytes, derivedBytes, reclaimableBytes } = await catalog.blobs.usage()
  const bytesTotal = uniqueBytes + derivedBytes + reclaimableBytes
  const none = { afterId: 0, checked: 0, bytesRead: 0, damaged: 0 }
  return { startedAt: clock.now(), startedMs, bytesTotal, ...none }
}

const keep = ({ catalog }: Stores, state: ScrubState) =>
  catalog.settings.put(SETTING, JSON.stringify(state))
