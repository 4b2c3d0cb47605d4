import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { AppError, hasSystemCode } from '../core/errors.ts'

/**
 * Who may use a data folder at the same time. The operating system holds the lock (through SQLite's
 * file locks, as Node has none of its own), so it is gone with its process and never stale.
 */
export interface InstanceLock {
  /** Lets doors in again, but no second supervisor. Only for a lock that is held alone. */
  admitDoors(): void
  release(): void
}

/**
 * Holds the data folder alone: nobody else, not even a door, uses it until `admitDoors`. Recovery
 * needs that, as it removes what looks unfinished.
 *
 * @throws AppError `conflict` (reason `ALREADY_RUNNING`) that names the process in the way
 */
export async function holdAlone(dataDir: string): Promise<InstanceLock> {
  return hold(dataDir, 'begin exclusive')
}

/** Holds the data folder beside other doors; against recovery and nothing else. @throws as above */
export async function holdAsDoor(dataDir: string): Promise<InstanceLock> {
  return hold(dataDir, 'begin')
}

async function hold(dataDir: string, begin: string): Promise<InstanceLock> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, 'onefold.lock')
  const database = new Sqlite(path, { timeout: 1_000 })
  try {
    // A journal in a file would need room, which a start on a full disk has yet to make.
    database.pragma('journal_mode = memory')
    database.exec(begin)
    // A plain `begin` takes its lock with the first read only.
    database.prepare('select count(*) from sqlite_schema').get()
  } catch (cause) {
    database.close()
    throw isBusy(cause) ? alreadyRunning(dataDir, path, cause) : cause
  }
  return {
    admitDoors() {
      database.exec('commit')
      try {
        database.exec('begin immediate')
      } catch (cause) {
        throw isBusy(cause) ? alreadyRunning(dataDir, path, cause) : cause
      }
    },
    release: () => database.close(),
  }
}

const isBusy = (error: unknown) => hasSystemCode(error, 'SQLITE_BUSY')

function alreadyRunning(dataDir: string, path: string, cause: unknown): AppError {
  const pids = holdersOf(path)
  const who = pids.length > 0 ? ` (process ${pids.join(', ')})` : ''
  return new AppError(
    'conflict',
    `Onefold is already running on ${dataDir}${who}. Stop it first, or name another folder in ONEFOLD_DATA_DIR.`,
    { reason: 'ALREADY_RUNNING', cause },
  )
}

/**
 * Processes with a lock on `path`, from the kernel's list (proc(5): `1: POSIX ADVISORY READ 812
 * fe:00:1337 0 EOF`): the one that may write, which is a supervisor, or else the doors. Empty where
 * the list is hidden, as in a hardened unit or another pid namespace.
 */
function holdersOf(path: string): number[] {
  if (!existsSync('/proc/locks')) return []
  const inode = statSync(path).ino
  const locks = readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words[5]?.endsWith(`:${inode}`) && Number(words[4]) > 0)
    .map((words) => ({ mode: words[3], pid: Number(words[4]) }))
    .filter(({ pid }) => pid !== process.pid)
  const writers = locks.filter(({ mode }) => mode === 'WRITE')
  return [...new Set((writers.length > 0 ? writers : locks).map(({ pid }) => pid))]
}
