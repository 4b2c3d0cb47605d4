import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { rm, truncate } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { hasSystemCode } from '../../core/errors.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** Whether this machine lets us mount a small disk, and make one out of a file. */
export const mayMount = process.getuid?.() === 0 && canMount('tmpfs')
export const mayLoop = mayMount && spawnSync('losetup', ['-f']).status === 0

/** A file system in memory of so many MiB, gone when the test is over. */
export async function smallMemoryDisk(mib: number): Promise<string> {
  const folder = await temporaryFolder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', folder])
  onTestFinished(() => unmount(folder))
  return folder
}

/** An ext4 of so many MiB, and where the kernel is told to find an error in it. */
export async function smallExt4(
  mib: number,
  options: readonly string[] = [],
): Promise<{ folder: string; errorTrigger: string }> {
  const home = await temporaryFolder()
  const image = join(home, 'image')
  const folder = join(home, 'disk')
  mkdirSync(folder)
  closeSync(openSync(image, 'w'))
  await truncate(image, mib * 2 ** 20)
  execFileSync('mkfs.ext4', ['-q', ...options, image])
  const device = execFileSync('losetup', ['-f', '--show', image], { encoding: 'utf8' }).trim()
  execFileSync('mount', ['-o', 'errors=remount-ro', device, folder])
  onTestFinished(async () => {
    unmount(folder)
    spawnSync('losetup', ['-d', device])
    await rm(image, { force: true })
  })
  return { folder, errorTrigger: `/sys/fs/ext4/${basename(device)}/trigger_fs_error` }
}

/** Writes until not one byte more goes in; says how many did. */
export function fillUp(file: string): number {
  const fd = openSync(file, 'w')
  let written = 0
  try {
    for (let size = 1024 * 1024; size >= 1; ) {
      try {
        written += writeSync(fd, Buffer.alloc(size, 1))
      } catch (cause) {
        if (!hasSystemCode(cause, 'ENOSPC')) throw cause
        size = Math.floor(size / 2)
      }
    }
    return written
  } finally {
    closeSync(fd)
  }
}

function unmount(folder: string): void {
  if (spawnSync('umount', [folder]).status !== 0) spawnSync('umount', ['-l', folder])
}

function canMount(type: string): boolean {
  const probe = spawnSync('unshare', ['-m', 'mount', '-t', type, type, '/mnt'])
  return probe.status === 0
}
