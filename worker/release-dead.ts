import type { Ports } from '../core/ports/index.ts'

/**
 * Gives back the jobs of workers of this machine that were killed, so that nobody waits for their
 * leases to end. A worker's name is `<host>:<pid>:<own id>`, and of each lane the same and its number.
 *
 * @param worker this worker's own name
 * @returns how many
 */
export async function releaseDead(
  { catalog, clock, log }: Pick<Ports, 'catalog' | 'clock' | 'log'>,
  worker: string,
): Promise<number> {
  const dead = (await catalog.jobs.holders()).filter((name) => isDead(name, worker))
  if (dead.length === 0) return 0
  const released = await catalog.jobs.releaseHeld(dead, clock.now())
  log.info('Jobs of killed workers were given back.', { released })
  return released
}

function isDead(name: string, own: string): boolean {
  const [host, pid] = name.split(':')
  const [ownHost, ownPid] = own.split(':')
  if (host !== ownHost || !pid || name === own || name.startsWith(`${own}:`)) return false
  // In a container every worker has the same number; the one that has it now is this one.
  return pid === ownPid || !isRunning(Number(pid))
}

/** A process that may not be signalled is there, too. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return !(cause instanceof Error && 'code' in cause && cause.code === 'ESRCH')
  }
}
