import { randomUUID } from 'node:crypto'
import { link, open, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/schema.ts'
import { readOnlyOf } from '../config/wire.ts'
import { hasSystemCode } from '../core/errors.ts'
import { diskStateOf, reserveOf } from '../core/upkeep/disk-room.ts'
import type { Finding } from './check-machine.ts'

/** What a file system calls itself (statfs(2), linux/magic.h), and what that means for a catalog. */
const FILE_SYSTEMS: Record<number, { name: string; state: Finding['state']; hint?: string }> = {
  61267: { name: 'ext4', state: 'ok' },
  1481003842: { name: 'xfs', state: 'ok' },
  2435016766: { name: 'btrfs', state: 'ok' },
  801189825: { name: 'zfs', state: 'ok' },
  4076150800: { name: 'f2fs', state: 'ok' },
  16914836: {
    name: 'tmpfs',
    state: 'warn',
    hint: 'it lies in memory: everything is gone with the next start. Put data_dir on a disk',
  },
  2035054128: {
    name: 'overlay',
    state: 'warn',
    hint: 'the data goes with the container: mount a volume at data_dir',
  },
  26985: {
    name: 'nfs',
    state: 'fail',
    hint: 'locks and syncs there are not a local disk’s. Put data_dir on one',
  },
  4283649346: { name: 'cifs', state: 'fail', hint: 'Put data_dir on a local disk' },
  4266872130: { name: 'smb', state: 'fail', hint: 'Put data_dir on a local disk' },
  1702057286: {
    name: 'fuse',
    state: 'warn',
    hint: 'whether a sync is kept there depends on the program behind it. A local disk is better',
  },
}

/** Disks that answer a sync sooner than this hold it in memory, honestly or not. */
const TOO_QUICK_MS = 0.05
const TOO_SLOW_MS = 100
const SYNCS = 15
const FEW_INODES = 10_000

/** Looks at the disk of the data folder, which is there and can be written. */
export async function checkDisk(config: Config): Promise<Finding[]> {
  const { dataDir } = config
  return [
    checkWrites(config),
    await checkFileSystem(dataDir),
    await checkSync(dataDir),
    await checkSpace(config),
    await checkInodes(dataDir),
    await checkLinks(dataDir),
    ...(await checkPermissions(dataDir)),
  ]
}

function checkWrites(config: Config): Finding {
  const why = readOnlyOf(config)
  if (why === undefined) return { name: 'writing', state: 'ok', message: 'allowed' }
  return {
    name: 'writing',
    state: 'fail',
    message: `${why} Look at the disk, run "onefold verify", then "onefold doctor --clear-read-only"`,
  }
}

async function checkFileSystem(dataDir: string): Promise<Finding> {
  const { type } = await statfs(dataDir)
  const known = FILE_SYSTEMS[type >>> 0]
  if (!known) {
    const message = `unknown (${(type >>> 0).toString(16)}); it must be local, keep syncs, and know hard links`
    return { name: 'file system', state: 'warn', message }
  }
  const { name, state, hint } = known
  return { name: 'file system', state, message: hint ? `${name}: ${hint}` : name }
}

/** How long a sync takes says who keeps it: a disk needs its time, memory none. */
async function checkSync(dataDir: string): Promise<Finding> {
  const name = 'sync'
  const file = join(dataDir, `doctor-${randomUUID()}`)
  const out = await open(file, 'w')
  const took: number[] = []
  try {
    for (let i = 0; i < SYNCS; i++) {
      await out.write(Buffer.alloc(4096, i), 0, 4096, 0)
      const start = performance.now()
      await out.sync()
      took.push(performance.now() - start)
    }
  } finally {
    await out.close()
    await rm(file, { force: true })
  }
  const medianMs = took.toSorted((a, b) => a - b)[Math.floor(SYNCS / 2)] ?? 0
  const shown = `${medianMs.toFixed(2)} ms`
  if (medianMs < TOO_QUICK_MS) {
    return {
      name,
      state: 'warn',
      message: `${shown}: too quick for a disk. Unless its cache outlives a power cut (a battery, capacitors), what is acknowledged may be lost in one: look for "unsafe" caches of the virtual machine, nobarrier, eatmydata, libfaketime and the like`,
    }
  }
  if (medianMs > TOO_SLOW_MS) {
    return {
      name,
      state: 'warn',
      message: `${shown}: every stored file waits for this. An SSD helps`,
    }
  }
  return { name, state: 'ok', message: shown }
}

async function checkSpace({ dataDir, disk }: Config): Promise<Finding> {
  const { bavail, blocks, bsize } = await statfs(dataDir)
  const sizes = { totalBytes: blocks * bsize, freeBytes: bavail * bsize }
  const state = diskStateOf(disk, sizes)
  const gib = (size: number) => `${(size / 2 ** 30).toFixed(1)} GiB`
  const stop = `uploads stop below ${gib(reserveOf(disk, sizes.totalBytes))}`
  const help =
    state === 'ok' ? '' : '. Empty the trash (onefold sweep --empty-trash), or make the disk larger'
  return {
    name: 'free space',
    state: state === 'ok' ? 'ok' : state === 'low' ? 'warn' : 'fail',
    message: `${gib(sizes.freeBytes)}; ${stop}${help}`,
  }
}

async function checkInodes(dataDir: string): Promise<Finding> {
  const { ffree, files } = await statfs(dataDir)
  if (files === 0) return { name: 'inodes', state: 'ok', message: 'as many as there is room' }
  const state = ffree < FEW_INODES ? 'warn' : 'ok'
  const help =
    state === 'ok'
      ? ''
      : ': every content needs one. Make the file system anew with more (mkfs.ext4 -i 16384)'
  return { name: 'inodes', state, message: `${ffree} free${help}` }
}

/** Blobs are published by a second name for staged bytes, so the file system has to know hard links. */
async function checkLinks(dataDir: string): Promise<Finding> {
  const name = 'hard links'
  const probe = join(dataDir, `doctor-${randomUUID()}`)
  try {
    await writeFile(probe, '')
    await link(probe, `${probe}-2`)
    const { nlink } = await stat(probe)
    return { name, state: nlink === 2 ? 'ok' : 'fail', message: `${nlink} names for one file` }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    return { name, state: 'fail', message: `the data folder needs a local file system: ${why}` }
  } finally {
    await rm(probe, { force: true })
    await rm(`${probe}-2`, { force: true })
  }
}

/** The data is its user's alone; the folders of shares are open on purpose, below it. */
async function checkPermissions(dataDir: string): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [name, path, wanted] of [
    ['data folder mode', dataDir, 0o700],
    ['key mode', join(dataDir, 'master.key'), 0o600],
    ['catalog mode', join(dataDir, 'catalog.sqlite'), 0o644],
  ] as const) {
    const found = await modeOf(path)
    if (found === undefined) continue
    const tooOpen = (found & 0o777 & ~wanted & ~0o011) !== 0
    const fix = `chmod ${wanted.toString(8)} ${path}`
    const mode = (found & 0o777).toString(8)
    findings.push({
      name,
      state: tooOpen ? 'warn' : 'ok',
      message: tooOpen ? `${mode}; others may read it: ${fix}` : mode,
    })
  }
  return findings
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode
  } catch (cause) {
    if (hasSystemCode(cause, 'ENOENT')) return undefined
    throw cause
  }
}
