import { type ChildProcess, execFile, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const DEADLINE_MS = 30_000

/** What a cut took away. */
export interface Cut {
  /** Pieces of 4 KiB that were not flushed, and how many of those got to the platter all the same. */
  pending: number
  kept: number
  flushes: number
}

/** An ext4 file system on a disk that forgets: see volatile-disk.ts. */
export interface MountedDisk {
  folder: string
  /** Cuts the power within the next requests; resolves when it is gone. */
  cut(seed: number): Promise<Cut>
  /** Takes all of it away again, cut or not. */
  unmount(): Promise<void>
}

/** Programs of the machine that this needs, as root. */
export const NEEDED = ['nbdfuse', 'losetup', 'mkfs.ext4', 'mount', 'umount', 'fusermount3']

export async function makeImage(path: string, size: string): Promise<void> {
  await run('truncate', ['-s', size, path])
  await run('mkfs.ext4', ['-q', '-F', path])
}

/** Mounts the file system of an image below `work`, which is to be empty but for the image. */
export async function mountDisk(image: string, work: string): Promise<MountedDisk> {
  const [socket, fuse, folder] = [join(work, 'nbd.socket'), join(work, 'fuse'), join(work, 'disk')]
  await rm(socket, { force: true })
  for (const each of [fuse, folder]) await mkdir(each, { recursive: true })
  const disk = fork(join(import.meta.dirname, 'volatile-disk.ts'), [image, socket])
  await once(disk, 'message')
  const nbdfuse = spawn('nbdfuse', [fuse, `nbd+unix:///?socket=${socket}`], { stdio: 'ignore' })
  await there(join(fuse, 'nbd'))
  const { stdout } = await run('losetup', ['-f', '--show', join(fuse, 'nbd')])
  const loop = stdout.trim()
  await run('mount', [loop, folder])
  return {
    folder,
    async cut(seed) {
      const told = once(disk, 'message', { signal: AbortSignal.timeout(DEADLINE_MS) })
      disk.send({ cut: seed })
      const [cut] = (await told) as [Cut]
      return cut
    },
    async unmount() {
      await until(() => run('umount', [folder])).catch(() => run('umount', ['-l', folder]))
      await run('losetup', ['-d', loop])
      await ended(nbdfuse)
      await run('fusermount3', ['-u', '-z', fuse]).catch(() => {}) // It has gone with its process.
      await ended(disk)
    },
  }
}

async function there(path: string): Promise<void> {
  for (const ends = performance.now() + DEADLINE_MS; !existsSync(path); await sleep(20)) {
    if (performance.now() > ends) throw new Error(`${path} never came`)
  }
}

/** A dead disk is busy for a moment: its last writes are failing. */
async function until(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await work()
      return
    } catch (cause) {
      if (tries === 20) throw cause
      await sleep(100)
    }
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await Promise.race([exit, sleep(3_000)])
  child.kill('SIGKILL')
}
