import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { freemem, totalmem } from 'node:os'
import type { Finding } from './check-machine.ts'

const GIB = 2 ** 30
/** Folders below the watched shares need one each. */
const ENOUGH_WATCHES = 65_536
const ENOUGH_FILES = 4_096

/** Looks at the machine's own limits, clock and memory. */
export function checkSystem(): Finding[] {
  return [checkMemory(), checkOpenFiles(), checkWatches(), checkClock(), checkTimeZone()]
}

function checkMemory(): Finding {
  const total = totalmem()
  const shown = `${(total / GIB).toFixed(1)} GiB, ${(availableBytes() / GIB).toFixed(1)} available`
  if (total >= 1.9 * GIB && availableBytes() >= GIB / 4)
    return { name: 'memory', state: 'ok', message: shown }
  const help = '2 GiB are needed with the built-in embedder: add some, or lower worker_concurrency'
  return { name: 'memory', state: 'warn', message: `${shown}; ${help}` }
}

function availableBytes(): number {
  const line = /MemAvailable:\s+(\d+) kB/.exec(textOf('/proc/meminfo') ?? '')?.[1]
  return line === undefined ? freemem() : Number(line) * 1024
}

function checkOpenFiles(): Finding {
  const name = 'open files'
  const soft = /Max open files\s+(\S+)/.exec(textOf('/proc/self/limits') ?? '')?.[1]
  if (soft === undefined) return { name, state: 'ok', message: 'no limit is told' }
  if (soft === 'unlimited' || Number(soft) >= ENOUGH_FILES)
    return { name, state: 'ok', message: soft }
  const help = `ulimit -n ${ENOUGH_FILES}, or LimitNOFILE=${ENOUGH_FILES} in the unit`
  return { name, state: 'warn', message: `${soft} at a time: ${help}` }
}

function checkWatches(): Finding {
  const name = 'watches'
  const limit = Number(textOf('/proc/sys/fs/inotify/max_user_watches') ?? Number.NaN)
  if (Number.isNaN(limit)) return { name, state: 'ok', message: 'no limit is told' }
  if (limit >= ENOUGH_WATCHES) return { name, state: 'ok', message: `${limit} folders` }
  const help = 'shares with more are scanned instead: sysctl fs.inotify.max_user_watches=524288'
  return { name, state: 'warn', message: `${limit} folders; ${help}` }
}

/** Whether somebody keeps the clock: sessions, grants and dates of files go by it. */
function checkClock(): Finding {
  const name = 'clock'
  if (existsSync('/run/systemd/timesync/synchronized'))
    return { name, state: 'ok', message: 'kept' }
  const asked = spawnSync('timedatectl', ['show', '-p', 'NTPSynchronized', '--value'], {
    encoding: 'utf8',
    timeout: 3_000,
  })
  if (asked.stdout?.trim() === 'yes') return { name, state: 'ok', message: 'kept' }
  return {
    name,
    state: 'warn',
    message:
      'nobody seems to keep it: apt-get install chrony, or keep that of the host. Grace does not go by it, sessions do',
  }
}

function checkTimeZone(): Finding {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return { name: 'time zone', state: 'ok', message: `${zone}; audit_hour counts in it` }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
