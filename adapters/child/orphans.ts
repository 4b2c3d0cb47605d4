import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process as the kernel tells of it. */
interface Seen {
  pid: number
  parent: number
  session: number
}

/** Whoever starts processes faster than these rounds end them meets the limit on their number. */
const ROUNDS = 50
const ROUND_MS = 20
/** A process has no environment for the moment in which it becomes another program. */
const CLEAN_ROUNDS = 3

/**
 * Ends every process whose environment has `mark` in it: what a program started keeps it, also when
 * it leaves the group of processes and its parent.
 */
export const endMarked = (mark: string): Promise<void> =>
  endEvery(() => processes().filter(({ pid }) => environmentOf(pid).includes(mark)))

/**
 * Ends what lost its parent and belongs to no child of this process that still runs. Only where this
 * process and its init are alone, as in a container of their own; elsewhere others would be hit.
 */
export async function endOrphans(): Promise<void> {
  if (process.ppid !== 1) return
  await endEvery(() => {
    const all = processes()
    const running = new Set(
      all.filter(({ parent }) => parent === process.pid).map(({ pid }) => pid),
    )
    return all.filter(
      ({ pid, parent, session }) =>
        parent === 1 && pid !== process.pid && pid !== 1 && !running.has(session),
    )
  })
}

async function endEvery(find: () => Seen[]): Promise<void> {
  for (let left = ROUNDS, clean = 0; left > 0; left--) {
    const found = find()
    clean = found.length === 0 ? clean + 1 : 0
    if (clean === CLEAN_ROUNDS) return
    for (const { pid } of found) end(pid)
    await sleep(ROUND_MS)
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself, or is not ours.
  }
}

/** All that run; nothing where the kernel has no `/proc`. */
function processes(): Seen[] {
  const pids = read(() => readdirSync('/proc'), []).filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => {
    // `pid (name) state parent group session`; a name may hold anything, brackets too.
    const line = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'), '')
    const [state, parent, , session] = line.slice(line.lastIndexOf(')') + 2).split(' ')
    if (!state || state === 'Z' || state === 'X') return []
    return [{ pid: Number(pid), parent: Number(parent), session: Number(session) }]
  })
}

const environmentOf = (pid: number): string =>
  read(() => readFileSync(`/proc/${pid}/environ`, 'latin1'), '')

/** What is gone meanwhile, or belongs to another user, is not looked at. */
function read<T>(look: () => T, otherwise: T): T {
  try {
    return look()
  } catch {
    return otherwise
  }
}
