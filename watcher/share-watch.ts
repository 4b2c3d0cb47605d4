import { type BigIntStats, lstatSync } from 'node:fs'
import type { Ports, Share, ShareStatus, Span } from '../core/ports/index.ts'
import { displayText } from '../core/share/display-path.ts'
import { type Exclusion, shareExclusion } from '../core/share/exclude.ts'
import { absolute, type RawPath } from '../core/share/raw-path.ts'
import { stampOf } from '../core/share/stamp.ts'
import type { MovedFiles } from './late-writes.ts'
import { noOrders, type Orders } from './orders.ts'
import type { OutageLimits } from './outage.ts'
import { type ScanTimer, scanTimer } from './scan-timer.ts'
import { type StatusBoard, statusBoard } from './share-status.ts'
import { type WaitingRoom, waitingRoom } from './waiting-room.ts'
import type { WatchBudget } from './watch-budget.ts'

export type WatchPorts = Pick<Ports, 'blobs' | 'catalog' | 'clock' | 'log'>

export interface WatchOptions {
  /** Longest time between two whole scans of a share. */
  scanIntervalMs: number
  /** Whether events of the file system are listened for; without them a scan finds everything. */
  listens: boolean
  /** Whether files are read again now and then, whatever the file system is. */
  rereads?: boolean
  /** Watches of the kernel, for all shares together. */
  budget?: WatchBudget
  /** How many files may go at once before a share is frozen. */
  limits?: OutageLimits
  /** How long a file that went may still turn up elsewhere as the same document. */
  graceMs?: number
  /** How long a file that was moved to `done` is looked at; see `late-writes.ts`. */
  lateMs?: number
}

/** Where hints come from. */
export interface Hints {
  /** `device:inode` of the folder. */
  rootId: string
  /** Epoch ms since which every event should have been heard; absent while it still looks around. */
  sinceMs?: number
  /** Absent when no more will come. */
  close?: () => Promise<void>
}

/** One share that is being watched, and everything that is in motion about it. */
export interface ShareWatch {
  readonly ports: WatchPorts
  readonly share: Share
  readonly options: WatchOptions
  readonly exclude: Exclusion
  readonly room: WaitingRoom
  readonly timer: ScanTimer
  readonly board: StatusBoard
  /** The share's folder with every link resolved, once it was scanned. */
  root: string | undefined
  hints: Hints | undefined
  /** Its disk is one of this machine. */
  isNear: boolean
  /** The waiting room was full: there is more to find than it holds. */
  isCut: boolean
  /** Monotonic time before which nothing is taken, because storing failed. */
  pausedUntilMs: number
  /** How often in a row storing failed. */
  mishaps: number
  /** What became of files since the last scan, for the log. */
  tally: { stored: number; failed: number }
  /** What administrators have asked of it. */
  readonly orders: Orders
  /** What may be read again now, and since when that was counted. */
  readonly rereading: { bytes: number; lastMs: number }
  /** What of an inbox was moved to `done` lately. */
  readonly moved: MovedFiles
  /** How long each file took, until it is written down: many in one commit. */
  spans: Span[]
}

/** @param last what an earlier run reported of the share */
export function shareWatch(
  ports: WatchPorts,
  share: Share,
  options: WatchOptions & { last?: ShareStatus },
): ShareWatch {
  return {
    ports: { ...ports, log: ports.log.child({ share: share.id }) },
    share,
    options,
    exclude: shareExclusion(share),
    room: waitingRoom(ports.clock, share.settleMs),
    timer: scanTimer(ports.clock, share.scanEveryMs ?? options.scanIntervalMs),
    board: statusBoard(ports, share.id, options.last),
    root: undefined,
    hints: undefined,
    isNear: false,
    isCut: false,
    pausedUntilMs: 0,
    mishaps: 0,
    tally: { stored: 0, failed: 0 },
    spans: [],
    rereading: { bytes: 0, lastMs: ports.clock.monotonic() },
    orders: noOrders(),
    moved: { files: new Map(), isRecalled: false, nextLookMs: 0 },
  }
}

/** Looks at one path of which something was heard. What cannot be told from it is left to a scan. */
export function glance(watch: ShareWatch, path: RawPath): void {
  if (watch.root === undefined || watch.exclude.path(displayText(path))) return
  let stat: BigIntStats | undefined
  try {
    stat = lstatSync(absolute(watch.root, path), { bigint: true, throwIfNoEntry: false })
  } catch {
    // Whatever it is, the scan meets it again and records it.
  }
  if (!stat?.isFile()) watch.timer.want()
  else if (!watch.room.offer(path, stampOf(stat))) watch.isCut = true
}
