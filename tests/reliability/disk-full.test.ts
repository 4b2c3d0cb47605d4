import { execFileSync } from 'node:child_process'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { diskBallast } from '../../adapters/disk/ballast.ts'
import { diskBlobStore } from '../../adapters/disk/blob-store.ts'
import { makeRoom } from '../../adapters/disk/make-room.ts'
import { memoryVectorIndex } from '../../adapters/memory/vector-index.ts'
import { sqlCatalog } from '../../adapters/sql/catalog.ts'
import { codeOf } from '../../core/errors.ts'
import { newId, newTraceId } from '../../core/ids.ts'
import { commitStaged } from '../../core/ingest/commit-version.ts'
import { settleArrivals } from '../../core/ingest/settle.ts'
import { recover } from '../../core/upkeep/recover.ts'
import { sweep } from '../../core/upkeep/sweep.ts'
import { verify } from '../../core/upkeep/verify.ts'
import { manualClock } from '../manual-clock.ts'
import { newVersion, seededCatalog } from '../seeded-catalog.ts'
import { testKeys } from '../test-keys.ts'
import { fillUp, mayLoop, mayMount, smallExt4, smallMemoryDisk } from './small-disk.ts'

const ONEFOLD = join(import.meta.dirname, '..', '..', 'scripts', 'onefold.ts')
const MIB = 2 ** 20
const DAY_MS = 24 * 60 * 60_000
const NO_GRACE = { graceMs: 0, trashMs: 0, uploadMs: DAY_MS, endedUploadMs: DAY_MS }

/** A store on a disk of its own, whose catalog gives up its ballast when that is full. */
async function boxOn(root: string, ballastBytes = MIB) {
  const seed = await seededCatalog(root)
  const ballast = diskBallast(root, ballastBytes)
  const onFull = () => ballast.release()
  const catalog = sqlCatalog(join(root, 'catalog.sqlite'), testKeys, undefined, { onFull })
  const blobs = await diskBlobStore(root)
  const clock = manualClock(Date.now())
  const ports = { catalog, blobs, clock, index: memoryVectorIndex() }
  const store = async (bytes: Uint8Array) => {
    const staged = await blobs.stage(one(bytes))
    return commitStaged(ports, staged, newVersion(seed, staged))
  }
  const problems = async () => (await verify(ports)).flatMap((step) => step.problems)
  return { ...seed, catalog, blobs, clock, ports, store, problems, ballast }
}

/** Stores until it is refused many times over; says how, and what was acknowledged. */
async function storeUntilFull(on: Awaited<ReturnType<typeof boxOn>>, sizeBytes: number) {
  const kept: string[] = []
  const codes = new Set<string>()
  for (let refused = 0, n = 0; refused < 8; n++) {
    const bytes = Buffer.alloc(sizeBytes, `${n} ${newId()} `)
    try {
      kept.push((await on.store(bytes)).version.digest)
    } catch (cause) {
      codes.add(codeOf(cause))
      refused++
    }
  }
  return { kept, codes: [...codes] }
}

async function expectSound(on: Awaited<ReturnType<typeof boxOn>>, kept: readonly string[]) {
  const versions = await on.db.read.selectFrom('versions').selectAll().execute()
  expect(versions).toHaveLength(kept.length)
  expect(await on.catalog.blobs.intents()).toEqual([])
  expect(await on.problems()).toEqual([])
}

it.skipIf(!mayMount)(
  'B9 enospc-ingest: a full disk refuses by name, and leaves no half row',
  async () => {
    const root = await smallMemoryDisk(10)
    const others = join(root, 'somebody-elses')
    await writeFile(others, Buffer.alloc(2 * MIB, 1))
    const on = await boxOn(root, 0)
    const { kept, codes } = await storeUntilFull(on, 300_000)
    expect(codes).toEqual(['storage_full'])
    expect(kept.length).toBeGreaterThan(5)
    await rm(others)
    await recover(on.ports)
    await expectSound(on, kept)
  },
)

it.skipIf(!mayMount)(
  'B10 enospc-recovery: starts with 0 bytes free, and deleting makes room',
  async () => {
    const root = await smallMemoryDisk(12)
    const before = await boxOn(root)
    await before.ballast.fill()
    const { documentId } = await before.store(Buffer.alloc(2 * MIB, 'x'))
    await settleArrivals(before.ports)
    await before.catalog.close()
    await before.db.close()
    await writeFile(join(root, 'staging', 'left-by-a-crash'), Buffer.alloc(MIB))
    fillUp(join(root, 'somebody-elses'))
    await expect(writeFile(join(root, 'more'), Buffer.alloc(8192))).rejects.toThrow('ENOSPC')

    await makeRoom(root, MIB)
    const catalog = sqlCatalog(join(root, 'catalog.sqlite'), testKeys)
    const ports = { ...before.ports, catalog, blobs: await diskBlobStore(root) }
    await recover(ports)
    const by = { userId: before.userId, traceId: newTraceId(), now: Date.now() }
    await catalog.library.trash('all', documentId, by)
    await catalog.library.purge('all', documentId, by)
    expect((await sweep(ports, NO_GRACE)).bytesReclaimed).toBe(2 * MIB)
    await catalog.close()
  },
)

it.skipIf(!mayMount)(
  'B10 enospc-recovery: the product starts by staged bytes alone, without any ballast',
  { timeout: 120_000 },
  async () => {
    const root = await smallMemoryDisk(40)
    const dataDir = join(root, 'data')
    const env = { ...process.env, ONEFOLD_DATA_DIR: dataDir, ONEFOLD_DISK_BALLAST_BYTES: '0' }
    const prepare = () =>
      execFileSync(process.execPath, [ONEFOLD, 'migrate'], { env, stdio: 'pipe' })
    prepare()
    await writeFile(join(dataDir, 'staging', 'left-by-a-crash'), Buffer.alloc(2 * MIB, 1))
    fillUp(join(root, 'somebody-elses'))
    expect(String(prepare())).toContain('none were due')
    expect(await readdir(join(dataDir, 'staging'))).toEqual([])
  },
)

it.skipIf(!mayLoop)(
  'B12 inode-exhaustion: a disk without names left refuses as a full one',
  async () => {
    const { folder } = await smallExt4(48, ['-N', '400'])
    const on = await boxOn(folder, 0)
    const { kept, codes } = await storeUntilFull(on, 10)
    expect(codes).toEqual(['storage_full'])
    expect(kept.length).toBeGreaterThan(5)
    await settleArrivals(on.ports)
    await expectSound(on, kept)
  },
)

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
