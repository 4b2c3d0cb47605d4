import type { Ports, ShareEntry, ShareEntryState, ShareStatus } from '../core/ports/index.ts'

/** Shortest time between two reports on a share: every report is a commit and an event. */
const REPORT_EVERY_MS = 1_000

/** What may be wrong with a share as a whole: seeing what is there, or storing it. */
export type Trouble = 'looking' | 'storing'

/** What is known of a share as a whole, reported to the catalog when it changes. */
export interface StatusBoard {
  /** What was told last, that of an earlier run too. */
  last(): ShareStatus
  set(change: Partial<Omit<ShareStatus, 'shareId' | 'frozenReason' | 'frozenAt' | 'isAway'>>): void
  /**
   * Nothing is marked as missing until this is over. A folder that is away on top of it is told of,
   * and takes no reason back that a person has to judge.
   */
  freeze(reason: string, why: { isAway: boolean }): void
  thaw(): void
  /** A scan found a new or changed file that nobody had told of, though somebody should have. */
  found(isLost: boolean): void
  /** Says what is wrong, or that it is over. */
  trouble(kind: Trouble, message: string | undefined): void
  /** Moves one file from what it was to what it is; `moved` ones are none of the share any more. */
  count(before: ShareEntry | undefined, state: ShareEntryState | 'moved'): void
  /** Counts anew from the catalog. Exact when nothing is pending. */
  recount(pending: number): Promise<void>
  /** Reports what has changed, unless it did so a moment ago. */
  report(pending: number): Promise<void>
}

/** @param last what an earlier run reported */
export function statusBoard(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  shareId: string,
  last: ShareStatus | undefined,
): StatusBoard {
  const { error: _, ...kept } = last ?? { shareId, files: 0, failed: 0, missing: 0 }
  let status: ShareStatus = { ...kept, mode: 'scan', pending: 0 }
  const troubles = new Map<Trouble, string>()
  if (status.frozenReason !== undefined) troubles.set('looking', status.frozenReason)
  let isExact = false
  let reported = ''
  let nextReportMs = 0

  const recount = async (pending: number) => {
    const { stored, failed, refused, missing } = await catalog.shares.counts(shareId)
    status = { ...status, files: stored, failed: failed + refused, missing }
    isExact = pending === 0
  }

  return {
    last: () => status,
    freeze(frozenReason, { isAway }) {
      // What a person has to look at does not pass by the folder being away for a while.
      const isKept = isAway && status.frozenReason !== undefined && !status.isAway
      const frozenAt = status.frozenAt ?? clock.now()
      if (!isKept) status = { ...status, frozenReason, frozenAt, isAway }
      troubles.set('looking', frozenReason)
    },
    thaw() {
      const { frozenReason: _reason, frozenAt: _at, isAway: _away, ...rest } = status
      status = rest
      troubles.delete('looking')
    },
    found(isLost) {
      status.foundByScan = (status.foundByScan ?? 0) + 1
      if (isLost) status.eventsLost = (status.eventsLost ?? 0) + 1
    },
    set(change) {
      status = { ...status, ...change }
    },
    trouble(kind, message) {
      if (message === undefined) troubles.delete(kind)
      else troubles.set(kind, message)
    },
    count(before, state) {
      if (before) status[FIELD[before.state]]--
      if (state === 'moved') status.moved = (status.moved ?? 0) + 1
      else status[FIELD[state]]++
    },
    recount,
    async report(pending) {
      if (pending === 0 && !isExact) await recount(pending)
      const error = [...troubles.values()].join(' ')
      const told = { ...status, pending, ...(error !== '' && { error }) }
      const text = JSON.stringify(told)
      const now = clock.monotonic()
      if (text === reported || now < nextReportMs) return
      nextReportMs = now + REPORT_EVERY_MS
      await catalog.shares.putStatus(told, clock.now())
      reported = text
    },
  }
}

const FIELD = { stored: 'files', failed: 'failed', refused: 'failed', missing: 'missing' } as const
