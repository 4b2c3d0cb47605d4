import { hasSystemCode } from '../errors.ts'
import type { BlobRow, Ports, Rereader } from '../ports/index.ts'
import { blobRows } from './verify-steps.ts'

/** How the scrub goes round. */
export interface ScrubRule {
  /** All bytes are read once in so many days; 0 for never. */
  days: number
}

/** How far the scrub is. Kept in the catalog, so that a restart goes on where it stopped. */
export interface ScrubState {
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
  /** Found damaged in this round. */
  damaged: number
  last?: { endedAt: number; checked: number; bytesRead: number; damaged: number }
}

const SETTING = 'scrub'
const DAY_MS = 24 * 60 * 60_000
/** Above this share of waiting the machine has better things to do. */
const BUSY = 0.4
/** How much is read before it is written down how far it came. */
const KEEP_EVERY_BYTES = 256 * 2 ** 20

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
 * whatever brings the content next.
 */
export async function scrubDue(
  ports: Stores & { rereader: Rereader },
  { days }: ScrubRule,
  signal: AbortSignal,
): Promise<ScrubState | undefined> {
  if (days === 0) return undefined
  const { elapsedMs } = await ports.catalog.care.boxTime()
  let state = (await scrubState(ports)) ?? (await begin(ports, elapsedMs))
  const roundMs = days * DAY_MS
  const due = () => (state.bytesTotal * (elapsedMs - state.startedMs)) / roundMs
  // A round that ended early waits for its time.
  if (due() < 0) return state
  let kept = state.bytesRead
  for await (const row of blobRows(ports, state.afterId)) {
    if (
      signal.aborted ||
      state.bytesRead > due() ||
      (await mustWait(ports, state, { due: due(), days }))
    ) {
      await keep(ports, state)
      return state
    }
    state = await scrubOne(ports, row, state)
    if (state.bytesRead - kept < KEEP_EVERY_BYTES) continue
    kept = state.bytesRead
    await keep(ports, state)
  }
  const { checked, bytesRead, damaged, startedMs } = state
  const last = { endedAt: ports.clock.now(), checked, bytesRead, damaged }
  ports.log.info('Every byte was read once.', { ...last })
  const nextMs = Math.max(startedMs + roundMs, elapsedMs - DAY_MS)
  const next = { ...(await begin(ports, nextMs)), last }
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

async function scrubOne(
  ports: Stores & { rereader: Rereader },
  row: BlobRow,
  state: ScrubState,
): Promise<ScrubState> {
  const isDamaged = row.state !== 'damaged' && (await isFoundDamaged(ports, row))
  if (isDamaged) {
    await ports.catalog.blobs.markDamaged(row.id)
    ports.log.error('A content is damaged on the disk.', { blob: row.id, size: row.sizeBytes })
  }
  return {
    ...state,
    afterId: row.id,
    checked: state.checked + 1,
    bytesRead: state.bytesRead + row.sizeBytes,
    damaged: state.damaged + (isDamaged ? 1 : 0),
  }
}

/** Twice wrong: what a cable or a chip spoilt once is not the disk's. */
async function isFoundDamaged(
  ports: Stores & { rereader: Rereader },
  row: BlobRow,
): Promise<boolean> {
  for (const _ of ['first', 'again']) if (await isWhole(ports.rereader, row)) return false
  // Swept or healed meanwhile: it is not what was read any more.
  return (await ports.catalog.blobs.byId(row.id))?.path === row.path
}

async function isWhole(rereader: Rereader, row: BlobRow): Promise<boolean> {
  try {
    const found = await rereader.digestOf(row.path)
    return found?.digest === row.digest && found.sizeBytes === row.sizeBytes
  } catch (cause) {
    if (hasSystemCode(cause, 'EIO')) return false
    throw cause
  }
}
