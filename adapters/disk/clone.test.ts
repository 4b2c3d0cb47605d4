import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { open, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { newBlobPath } from '../../core/blob-path.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { diskBlobStore } from './blob-store.ts'

const { signal } = new AbortController()
const MIB = 2 ** 20

/** Whether this machine lets tests make and mount a file system that shares blocks. */
function canMountXfs(): boolean {
  if (process.getuid?.() !== 0) return false
  try {
    execFileSync('mkfs.xfs', ['-V'], { stdio: 'ignore' })
    execFileSync('grep', ['-qw', 'xfs', '/proc/filesystems'])
    execFileSync('losetup', ['-f'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function xfs(): Promise<string> {
  const folder = await temporaryFolder()
  const [image, point] = [join(folder, 'image'), join(folder, 'disk')]
  mkdirSync(point)
  writeFileSync(image, '')
  truncateSync(image, 400 * MIB) // the smallest that mkfs.xfs makes is 300 MiB; it is sparse
  execFileSync('mkfs.xfs', ['-q', '-m', 'reflink=1', image])
  execFileSync('mount', ['-o', 'loop', image, point])
  onTestFinished(() => void execFileSync('umount', ['-l', point]))
  return point
}

async function sourceOf(file: string) {
  const handle = await open(file, 'r')
  onTestFinished(() => handle.close())
  const { dev } = await handle.stat()
  return { path: `/proc/self/fd/${handle.fd}`, device: String(dev), signal }
}

const freeBytes = async (path: string) => {
  const { bfree, bsize } = await statfs(path)
  return bfree * bsize
}

it.runIf(canMountXfs())(
  'clones a file on a disk that shares blocks: no room is taken, and a snapshot is kept',
  async () => {
    const disk = await xfs()
    const blobs = await diskBlobStore(join(disk, 'data'))
    const file = join(disk, 'film.mkv')
    const content = randomBytes(48 * MIB)
    writeFileSync(file, content)
    execFileSync('sync', ['-f', disk])
    const before = await freeBytes(disk)
    const staged = await blobs.stageClone(await sourceOf(file))
    if (!staged) throw new Error('nothing was cloned')
    const path = newBlobPath(staged.digest)
    await staged.publish(path)
    await staged.discard()
    execFileSync('sync', ['-f', disk])
    expect(staged.digest).toBe(createHash('sha256').update(content).digest('hex'))
    expect(staged.sizeBytes).toBe(content.byteLength)
    expect(before - (await freeBytes(disk))).toBeLessThan(8 * MIB)
    writeFileSync(file, 'written to the source afterwards', { flag: 'r+' })
    const read: Uint8Array[] = []
    for await (const chunk of blobs.read(path)) read.push(chunk)
    expect(Buffer.concat(read).equals(content)).toBe(true)
    expect(readdirSync(join(disk, 'data/staging'))).toEqual([])
  },
)

it('clones nothing from another disk, keeps nothing of the try, and leaves it at that', async () => {
  const root = await temporaryFolder()
  const blobs = await diskBlobStore(root)
  const source = await sourceOf('/proc/version')
  expect(await blobs.stageClone(source)).toBeUndefined()
  expect(await blobs.stageClone(source)).toBeUndefined()
  expect(readdirSync(join(root, 'staging'))).toEqual([])
})
