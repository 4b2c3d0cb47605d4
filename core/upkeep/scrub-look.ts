import { newTraceId } from '../ids.ts'
import type { BlobRow, Ports, Rereader } from '../ports/index.ts'
import {
  isCurrent,
  isRead,
  MOST_UNREAD,
  readingOf,
  UNREADABLE,
  unreadableWords,
} from './verify-bytes.ts'

/** What the scrub could not read, and looks at again. */
export interface Doubts {
  /** How many it could not read one after the other, up to now. */
  inARow: number
  /** `atMs` is when, by the box's own clock. */
  rows: { id: number; atMs: number }[]
}

/** What of the scrub's state a look changes. */
export interface Marks {
  /** Found damaged in this round. */
  damaged: number
  /** What could not be read, as far as there is such. */
  doubts?: Doubts
}

type Stores = Pick<Ports, 'catalog' | 'clock' | 'log'> & { rereader: Rereader }

const NONE: Doubts = { inARow: 0, rows: [] }

export const doubtsOf = ({ doubts }: Marks): Doubts => doubts ?? NONE

/** Whether so much cannot be read that single files are not to blame. */
export const isStuck = (state: Marks): boolean => doubtsOf(state).inARow >= MOST_UNREAD

/**
 * Reads a blob for the first time in this round. What is wrong is marked damaged; what cannot be read
 * is noted, to be looked at again; a damaged one that reads well is live again.
 */
export async function lookOnce<State extends Marks>(
  ports: Stores,
  row: BlobRow,
  { state, nowMs }: { state: State; nowMs: number },
): Promise<State> {
  if (row.state === 'damaged') {
    await reviveSound(ports, row)
    return state
  }
  const reading = await readingOf(row, ports.rereader.digestOf)
  const { inARow, rows } = doubtsOf(state)
  const others = rows.filter(({ id }) => id !== row.id)
  const isBad = reading !== 'whole' && (await isCurrent(ports, row))
  if (!isBad || isRead(reading)) {
    if (isBad) await mark(ports, row)
    const damaged = state.damaged + (isBad ? 1 : 0)
    return { ...state, damaged, doubts: { inARow: 0, rows } }
  }
  ports.log.warn('A content could not be read; it is read again later.', { blob: row.id })
  return {
    ...state,
    doubts: { inARow: inARow + 1, rows: [...others, { id: row.id, atMs: nowMs }] },
  }
}

/**
 * Reads again what could not be read until `untilMs`, and marks what cannot be read still; but only
 * where another file was read since, which shows that the disk is there.
 */
export async function lookAgain<State extends Marks>(
  ports: Stores,
  state: State,
  untilMs: number,
): Promise<State> {
  const { rows } = doubtsOf(state)
  let { inARow } = doubtsOf(state)
  if (inARow > 0) return state
  const bad: BlobRow[] = []
  for (const { id } of rows.filter(({ atMs }) => atMs <= untilMs)) {
    const row = await ports.catalog.blobs.byId(id)
    if (row?.state !== 'live') continue
    const reading = await readingOf(row, ports.rereader.digestOf)
    inARow = isRead(reading) ? 0 : inARow + 1
    if (reading !== 'whole') bad.push(row)
    if (inARow === MOST_UNREAD) return { ...state, doubts: { inARow, rows } }
  }
  let { damaged } = state
  for (const row of bad) {
    if (!(await isCurrent(ports, row))) continue
    await mark(ports, row)
    damaged++
  }
  return { ...state, damaged, doubts: { inARow, rows: rows.filter(({ atMs }) => atMs > untilMs) } }
}

/** Tells people that the disk does not read. The scrub goes on where it was, once they have looked. */
export async function raiseUnreadable<State extends Marks>(
  ports: Stores,
  state: State,
): Promise<State> {
  const { catalog, clock, log } = ports
  const by = { traceId: newTraceId(), now: clock.now() }
  await catalog.care.raise({ kind: UNREADABLE, detail: [unreadableWords] }, by)
  log.error('The store could not be read; the scrub waits for "onefold verify".', {
    inARow: MOST_UNREAD,
  })
  return { ...state, doubts: { ...doubtsOf(state), inARow: 0 } }
}

async function reviveSound({ catalog, clock, log, rereader }: Stores, row: BlobRow): Promise<void> {
  // Another row has the content whole: this one stays as it is.
  if (await catalog.blobs.live(row.digest)) return
  if ((await readingOf(row, rereader.digestOf)) !== 'whole') return
  if (!(await catalog.blobs.markSound(row, clock.now()))) return
  log.info('A content that was marked damaged reads well and is live again.', { blob: row.id })
}

async function mark({ catalog, log }: Stores, row: BlobRow): Promise<void> {
  await catalog.blobs.markDamaged(row.id)
  log.error('A content is damaged on the disk.', { blob: row.id, size: row.sizeBytes })
}
