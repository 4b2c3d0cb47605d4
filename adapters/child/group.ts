import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasSystemCode } from '../../core/errors.ts'
import type { ParserLimits } from './limits.ts'

/** Processes that the kernel counts together (cgroup), so that many small ones are one large one. */
export interface Group {
  /** Shell words that put the process into it. */
  enter: string
  /** Waits for the last process to be gone. */
  close(): Promise<void>
}

const ROOT = '/sys/fs/cgroup'
const PREFIX = 'onefold-parser-'
const REMOVAL_TRIES = 50
/** A group this old that is empty was left by a process that was killed. */
const STALE_MS = 60_000

let swept: Promise<void> | undefined

/**
 * Makes a group with limits on memory, temporary files among it, and processes; undefined where this
 * process may not, which is everywhere but for root. There `RLIMIT_NPROC` holds, but not for root.
 */
export async function openGroup(limits: Required<ParserLimits>): Promise<Group | undefined> {
  const folders = foldersFor(`${PREFIX}${randomUUID()}`)
  if (folders.length === 0) return undefined
  swept ??= sweep(folders.map((folder) => dirname(folder)))
  await swept
  const memory = String(limits.memoryBytes + limits.temporaryBytes)
  const settings = { ...LIMIT_FILES, 'pids.max': String(limits.processes) }
  try {
    for (const folder of folders) {
      await mkdir(folder)
      for (const [name, value] of Object.entries(settings)) {
        const path = join(folder, name)
        if (existsSync(path)) await writeFile(path, value ?? memory)
      }
    }
  } catch {
    // Not ours to make: a plain user, or a container that shows its groups read-only.
    await removeAll(folders)
    return undefined
  }
  const words = folders.map((folder) => `echo $$ >${folder}/cgroup.procs`)
  return { enter: words.join(' && '), close: () => removeAll(folders) }
}

/** Of both versions; without a value it is the memory. */
const LIMIT_FILES: Record<string, string | undefined> = {
  'memory.limit_in_bytes': undefined,
  'memory.max': undefined,
  'memory.swap.max': '0',
}

/**
 * Where a group of this name would be: one folder, or one for each controller in version 1. Inside
 * the group of this process, so that what limits it limits them; in version 2 none can be there but
 * at the top, as a group with processes has no groups.
 */
function foldersFor(name: string): string[] {
  if (process.getuid?.() !== 0) return []
  const groups = readFileSync('/proc/self/cgroup', 'utf8')
  const shared = join(ROOT, 'cgroup.subtree_control')
  if (existsSync(shared)) {
    const isFit = /\bmemory\b.*\bpids\b/.test(readFileSync(shared, 'utf8'))
    return isFit && /^0::\/$/m.test(groups) ? [join(ROOT, name)] : []
  }
  const own = ['memory', 'pids'].map((each) =>
    join(ROOT, each, new RegExp(`^\\d+:${each}:(.*)$`, 'm').exec(groups)?.[1] ?? ''),
  )
  return own.every((each) => existsSync(each)) ? own.map((each) => join(each, name)) : []
}

async function removeAll(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await removeOne(folder)
}

/** The kernel needs a moment to let go of what it has killed. */
async function removeOne(folder: string): Promise<void> {
  for (let left = REMOVAL_TRIES; left > 0; left--) {
    try {
      return await rmdir(folder)
    } catch (error) {
      if (!hasSystemCode(error, 'EBUSY')) return
      await sleep(20)
    }
  }
}

/** Once a process: what was left behind is nothing but a name, and there should not be many. */
async function sweep(parents: readonly string[]): Promise<void> {
  for (const parent of parents) {
    const names = (await readdir(parent)).filter((name) => name.startsWith(PREFIX))
    for (const folder of names.map((name) => join(parent, name))) {
      const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }))
      // One that is in use stays: the kernel removes empty ones only.
      if (Date.now() - mtimeMs > STALE_MS) await rmdir(folder).catch(() => {})
    }
  }
}
