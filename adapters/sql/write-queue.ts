import { setImmediate as othersFirst, setTimeout as sleep } from 'node:timers/promises'
import { CompiledQuery, type Kysely } from 'kysely'
import { AppError, codeOf, hasSystemCode } from '../../core/errors.ts'
import type { DiskTrouble, Tx } from './database.ts'
import type { Schema } from './schema.ts'

/** Writes that share one commit at most: what a sync costs is spread over them. */
const MOST_TOGETHER = 32
/** A commit takes no further write in after this long, so that the first ones need not wait for it. */
const TOGETHER_MS = 20
/**
 * Where several have written at once, more are on their way: the next commit waits for them half as
 * long as the last one took, and no longer than this. Whoever writes alone never waits.
 */
const MOST_PAUSE_MS = 5
/** How long a write waits for the lock that the processes share before it gives up. */
const PATIENCE_MS = 20_000

const BEGIN_ONE = CompiledQuery.raw('savepoint one')
const KEEP_ONE = CompiledQuery.raw('release one')
const UNDO_ONE = CompiledQuery.raw('rollback to one')

interface Waiting {
  /** Does the work and keeps what came of it. Rejects when the whole transaction is void. */
  run(tx: Tx): Promise<void>
  /** Tells whoever waits, once what was written is durable. */
  settle(): void
  fail(cause: unknown): void
}

/**
 * Writes one after the other, those that wait together in one commit, because a commit waits for the
 * disk. Each keeps its own fate: one that throws is undone by its savepoint, and none is answered
 * before the commit is durable.
 */
export function writeQueue(
  writer: Kysely<Schema>,
  trouble: DiskTrouble = {},
  patienceMs: number = PATIENCE_MS,
) {
  const queue: Waiting[] = []
  let isDraining = false
  let pauseMs = 0

  async function drain(): Promise<void> {
    if (isDraining) return
    isDraining = true
    while (queue.length > 0) await commitNext()
    isDraining = false
  }

  async function commitNext(): Promise<void> {
    const together: Waiting[] = []
    // A commit holds up the whole process: whoever is about to write comes along.
    await othersFirst()
    if (pauseMs >= 1) await sleep(pauseMs)
    const startMs = performance.now()
    try {
      await transact((tx) => runTogether(tx, queue, together))
      const tookMs = performance.now() - startMs
      pauseMs = together.length > 1 ? Math.min(tookMs / 2, MOST_PAUSE_MS) : 0
      for (const each of together) each.settle()
    } catch (cause) {
      // The lock was not to be had: nobody who waits for it would fare better.
      if (together.length === 0) for (const each of queue.splice(0)) each.fail(cause)
      if (isDiskFailure(cause)) trouble.onFailure?.(cause)
      if (codeOf(cause) === 'storage_full') await trouble.onFull?.()
      // None of them is kept. Each gets its own answer, as if it had come alone.
      for (const each of together) await commitAlone(each)
    }
  }

  async function transact(work: (tx: Tx) => Promise<void>): Promise<void> {
    try {
      await inTransaction(writer, patienceMs, work)
    } catch (cause) {
      // SQLite names a full disk, but not a quota that is used up.
      if (hasSystemCode(cause, 'SQLITE_IOERR_WRITE') && (await trouble.hasNoRoom?.())) {
        throw storageFull(cause)
      }
      throw cause
    }
  }

  async function commitAlone(one: Waiting): Promise<void> {
    try {
      await transact((tx) => one.run(tx))
      one.settle()
    } catch (cause) {
      if (isDiskFailure(cause)) trouble.onFailure?.(cause)
      one.fail(cause)
    }
  }

  return <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      queue.push(waiting(work, resolve, reject))
      void drain()
    })
}

/** Moves works from `queue` to `together` as it runs them, until it is time to commit. */
async function runTogether(tx: Tx, queue: Waiting[], together: Waiting[]): Promise<void> {
  const endsMs = performance.now() + TOGETHER_MS
  for (let next = queue.shift(); next; next = queue.shift()) {
    together.push(next)
    await next.run(tx)
    if (together.length === MOST_TOGETHER || performance.now() > endsMs) return
  }
}

function waiting<T>(
  work: (tx: Tx) => Promise<T>,
  resolve: (value: T) => void,
  fail: (cause: unknown) => void,
): Waiting {
  let answer: () => void
  return {
    async run(tx) {
      await tx.executeQuery(BEGIN_ONE)
      try {
        const value = await work(tx)
        answer = () => resolve(value)
      } catch (cause) {
        answer = () => fail(isFull(cause) ? storageFull(cause) : cause)
        await undo(tx, cause)
      }
      await tx.executeQuery(KEEP_ONE)
    },
    settle: () => answer(),
    fail,
  }
}

/** A full disk voids the whole transaction, savepoints and all; that is `cause` then. */
async function undo(tx: Tx, cause: unknown): Promise<void> {
  try {
    await tx.executeQuery(UNDO_ONE)
  } catch {
    throw cause
  }
}

/** @throws AppError `storage_full`, `unavailable`; nothing was written then */
async function inTransaction(
  writer: Kysely<Schema>,
  patienceMs: number,
  work: (tx: Tx) => Promise<void>,
): Promise<void> {
  const lastMs = performance.now() + patienceMs
  for (;;) {
    let isBegun = false
    try {
      return await writer.transaction().execute((tx) => {
        isBegun = true
        return work(tx)
      })
    } catch (cause) {
      if (isBegun || !isBusy(cause)) throw isFull(cause) ? storageFull(cause) : cause
      if (performance.now() > lastMs) throw busy(cause)
    }
    // Waiting here, with jitter, lets the process do other things; in SQLite it would stand still.
    await sleep(1 + Math.random() * 30)
  }
}

/** `SQLITE_BUSY` and its finer kinds: another process writes, or recovers what one left behind. */
const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')

/**
 * The disk took or kept not what was written (an EIO, or a file system that went read-only): SQLite's
 * own cache and the file may differ from now on, and a second sync would hide it.
 */
const isDiskFailure = (error: unknown): boolean =>
  DISK_FAILURES.some((code) => hasSystemCode(error, code))

const DISK_FAILURES = [
  'SQLITE_IOERR_FSYNC',
  'SQLITE_IOERR_DIR_FSYNC',
  'SQLITE_IOERR_WRITE',
  'SQLITE_IOERR_TRUNCATE',
  'SQLITE_IOERR_COMMIT_ATOMIC',
  'SQLITE_READONLY',
  'SQLITE_READONLY_DBMOVED',
]

/** For a box that may not write: every write says why. */
export const refuseWrites = (reason: string) => (): Promise<never> =>
  Promise.reject(
    new AppError(
      'unavailable',
      `Nothing can be stored or changed just now; reading and searching go on. ${reason}`,
      { reason: 'READ_ONLY' },
    ),
  )

const isFull = (error: unknown): boolean => hasSystemCode(error, 'SQLITE_FULL')

const storageFull = (cause: unknown) =>
  new AppError('storage_full', 'The disk is full. Ask your administrator to make room.', { cause })

const busy = (cause: unknown) =>
  new AppError('unavailable', 'The catalog is busy. Try again in a moment.', {
    cause,
    reason: 'CATALOG_BUSY',
    retryAfterMs: 1_000,
  })
