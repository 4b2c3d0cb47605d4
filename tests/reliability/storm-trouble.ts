import { execFile, execFileSync } from 'node:child_process'
import { globSync, mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Files may be written while this holds still. */
export interface Gate {
  /** Does `work` while nobody writes. */
  shut<T>(work: () => Promise<T>): Promise<T>
  /** Does `work` while the gate stands open; beside others. */
  pass<T>(work: () => Promise<T>): Promise<T>
}

export function gate(): Gate {
  let closed: Promise<unknown> = Promise.resolve()
  const passing = new Set<Promise<unknown>>()
  return {
    async shut(work) {
      const before = closed
      const { promise, resolve } = Promise.withResolvers<void>()
      closed = before.then(() => promise)
      await before
      await Promise.allSettled(passing)
      return work().finally(resolve)
    },
    async pass(work) {
      for (let at = closed; ; at = closed) {
        await at
        if (at === closed) break
      }
      const done = work()
      passing.add(done)
      const forget = () => passing.delete(done)
      done.then(forget, forget)
      return done
    },
  }
}

export const isRoot = process.getuid?.() === 0

/**
 * The share is away for a while: its folder gone, then an empty mount point. Who may, mounts for it.
 */
export async function unmounted(share: string, real: string, forMs: number): Promise<void> {
  if (isRoot) {
    execFileSync('umount', ['-l', share])
    await sleep(forMs)
    execFileSync('mount', ['--bind', real, share])
    return
  }
  renameSync(share, real)
  await sleep(forMs / 2)
  mkdirSync(share)
  await sleep(forMs / 2)
  rmdirSync(share)
  renameSync(real, share)
}

/** Fills the disk of `folder` to the last byte, for a while. @returns false where that may harm others */
export async function fullDisk(folder: string, forMs: number): Promise<boolean> {
  if (!isRoot) return false
  const ballast = join(folder, 'ballast')
  try {
    // Its failure is that the disk is full, which is what it is for.
    await run('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64K', 'status=none']).catch(() => {})
    await sleep(forMs)
  } finally {
    rmSync(ballast, { force: true })
  }
  return true
}

/** What makes a program live by a clock that `set` moves, by days; undefined where libfaketime is not. */
export function movableClock(folder: string) {
  const [library] = globSync('/usr/lib/*/faketime/libfaketime.so.1')
  if (library === undefined) return undefined
  const file = join(folder, 'clock')
  const set = (days: number) => writeFileSync(file, `${days < 0 ? '' : '+'}${days}d\n`)
  set(0)
  const environment = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_CACHE_DURATION: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
  return { set, under: ['env', ...Object.entries(environment).map((each) => each.join('='))] }
}
