import { randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { access, constants, mkdir, open, opendir, rename, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Digest, hashing } from '../../core/digest.ts'
import { AppError, hasSystemCode } from '../../core/errors.ts'
import { isId } from '../../core/ids.ts'
import { cannotLook, type Look } from '../../core/ingest/look.ts'
import type { BlobStore, Probe, StagedBlob } from '../../core/ports/index.ts'
import { openCloner } from './clone.ts'
import { fileOfDescriptor, openCopier } from './copier.ts'
import { partDigests } from './part-digests.ts'
import { writePart } from './parts.ts'
import { type OpenFile, publish, removeFile } from './publish.ts'
import { sharedSyncs, syncDirectory } from './sync.ts'
import { fullOr, unusable } from './trouble.ts'
import { writeDurably, writeNew } from './write.ts'

/** One read from disk; larger ones gained nothing when measured, smaller ones cost calls. */
const READ_BYTES = 256 * 1024

/** Ending of what arrives in parts: never the same file as what arrives whole under that name. */
const PARTS = '.parts'

interface StoreOptions {
  look?: Look | undefined
  onFailure?: (cause: unknown) => void
}

/**
 * Blobs as read-only files, `blobs/ab/<digest>.<ulid>`. Staged bytes wait in `staging/`, those with
 * a name in `received/`, all on the same file system, which must know hard links.
 *
 * @param reserve bytes kept free for what the box itself writes, given the size of the disk
 * @param options.look tells what a file is
 * @param options.onFailure told when the disk did not keep a folder: its names are of many uploads, so
 *   nothing may be written after it; it is not expected to return
 */
export async function diskBlobStore(
  root: string,
  reserve: number | ((totalBytes: number) => number) = 0,
  { look = cannotLook, onFailure }: StoreOptions = {},
): Promise<BlobStore> {
  const staging = join(root, 'staging')
  const received = join(root, 'received')
  const blobs = join(root, 'blobs')
  const fileOf = (path: string) => join(blobs, checked(path))
  const receivedOf = (name: string, ending: string) => join(received, checkedName(name) + ending)
  const cloner = openCloner()
  const copier = openCopier()
  const syncFolder = sharedSyncs(syncDirectory, onFailure)
  const digests = partDigests()
  let asked: Promise<number> | undefined
  await prepare(root)

  const lookAt = async (file: string, name: string): Promise<Probe> => {
    const opened = await openBlob(file)
    try {
      return await look({ fd: opened.fd, sizeBytes: (await opened.stat()).size }, name)
    } finally {
      await opened.close()
    }
  }

  const stagedBlob = (file: string, digest: Digest, sizeBytes: number): StagedBlob => ({
    digest,
    sizeBytes,
    publish: (path) => publish(file, { path: fileOf(path), syncFolder }),
    probe: (name) => lookAt(file, name),
    discard: () => removeFile(file),
  })

  /** Nobody looks for it after a crash: it is synced with its name, which costs one wait instead of two. */
  const unnamedBlob = (
    written: OpenFile,
    { file, digest, sizeBytes }: { file: string; digest: Digest; sizeBytes: number },
  ): StagedBlob => ({
    digest,
    sizeBytes,
    publish: (path) =>
      publish(file, { path: fileOf(path), syncFolder, unsynced: written }).finally(() =>
        written.close(),
      ),
    probe: (name) => lookAt(file, name),
    async discard() {
      await written.close()
      await removeFile(file)
    },
  })

  return {
    async stage(source, name) {
      const file = join(staging, randomUUID())
      const bytes = hashing(source)
      try {
        if (name === undefined) {
          const written = await writeNew(file, bytes)
          return unnamedBlob(written, { file, digest: bytes.digest(), sizeBytes: bytes.size() })
        }
        await writeDurably(file, bytes)
        const digest = bytes.digest()
        const named = receivedOf(name, `.${digest}`)
        await rename(file, named)
        await syncFolder(received)
        return stagedBlob(named, digest, bytes.size())
      } catch (cause) {
        await removeFile(file)
        throw fullOr(cause)
      }
    },

    async stageClone(source) {
      const file = join(staging, randomUUID())
      try {
        const cloned = await cloner(source, file)
        return cloned && unnamedBlob(cloned.written, { file, ...cloned })
      } catch (cause) {
        await removeFile(file)
        throw fullOr(cause)
      }
    },

    async stageCopy(source) {
      const file = join(staging, randomUUID())
      try {
        const copied = await copier(source, file)
        if (!copied) return undefined
        const { fd, digest } = copied
        return unnamedBlob(fileOfDescriptor(fd), { file, digest, sizeBytes: source.sizeBytes })
      } catch (cause) {
        await removeFile(file)
        throw fullOr(cause)
      }
    },

    async staged(name, digest) {
      const file = receivedOf(name, `.${digest}`)
      const sizeBytes = await sizeOf(file)
      return sizeBytes === undefined ? undefined : stagedBlob(file, digest, sizeBytes)
    },

    async discardStaged(name) {
      const beginning = `${checkedName(name)}.`
      for await (const entry of await opendir(received)) {
        if (entry.name.startsWith(beginning)) await removeFile(join(received, entry.name))
      }
      digests.forget(receivedOf(name, PARTS))
    },

    async stagePart(name, offset, source) {
      try {
        const path = receivedOf(name, PARTS)
        digests.writing(path, offset)
        digests.written(path, await writePart({ path, offset, syncFolder }, source))
      } catch (cause) {
        throw fullOr(cause)
      }
    },

    async stagedParts(name) {
      const file = receivedOf(name, PARTS)
      if ((await sizeOf(file)) === undefined) return undefined
      const { digest, sizeBytes } = await digests.digest(file)
      return stagedBlob(file, digest, sizeBytes)
    },

    async *stagedNames() {
      const names = new Set<string>()
      for await (const entry of await opendir(received))
        names.add(entry.name.split('.', 1)[0] ?? '')
      for (const name of names) if (isId(name)) yield name
    },

    async *read(path, range) {
      const file = await openBlob(fileOf(path))
      try {
        const end = range ? { end: range.end - 1 } : {}
        if (range && range.end <= range.start) return
        yield* file.createReadStream({
          ...(range && { start: range.start }),
          ...end,
          highWaterMark: READ_BYTES,
          autoClose: false,
        })
      } finally {
        await file.close()
      }
    },

    async open(path) {
      const file = await openBlob(fileOf(path))
      const { size } = await file.stat().catch(async (cause: unknown) => {
        await file.close()
        throw cause
      })
      return { fd: file.fd, sizeBytes: size, close: () => file.close() }
    },

    probe: (path, name) => lookAt(fileOf(path), name),

    stat: async (path) => sizeOf(fileOf(path)),

    async remove(path) {
      await removeFile(fileOf(path))
      await syncFolder(dirname(fileOf(path)))
    },

    async *list() {
      for (const shard of SHARDS) {
        for await (const entry of await opendir(join(blobs, shard))) {
          const path = `${shard}/${entry.name}`
          const sizeBytes = await sizeOf(join(blobs, path))
          if (sizeBytes !== undefined) yield { path, sizeBytes }
        }
      }
    },

    room() {
      // Whoever asks while somebody is being told is told the same.
      asked ??= roomOf(root, reserve).finally(() => {
        asked = undefined
      })
      return asked
    },

    async check() {
      const folders = [staging, received, ...SHARDS.map((shard) => join(blobs, shard))]
      await Promise.all(folders.map(writable))
    },

    async clearStaging(idleMs = 0) {
      for await (const { name } of await opendir(staging)) {
        const file = join(staging, name)
        if (idleMs === 0 || (await idleMsOf(file)) > idleMs) await removeFile(file)
      }
    },
  }
}

/** Less than this and names run out before bytes do. */
const FEW_INODES = 1_000

async function roomOf(
  folder: string,
  reserve: number | ((diskBytes: number) => number),
): Promise<number> {
  const { bavail, blocks, bsize, ffree, files } = await statfs(folder)
  const reserveBytes = reserve instanceof Function ? reserve(blocks * bsize) : reserve
  // Some file systems count no inodes.
  if (reserveBytes > 0 && files > 0 && ffree < FEW_INODES) return 0
  return Math.max(0, bavail * bsize - reserveBytes)
}

const SHARDS = Array.from({ length: 256 }, (_, shard) => shard.toString(16).padStart(2, '0'))

/** Makes and syncs all shard folders once, so that publishing has one directory to sync, not three. */
async function prepare(root: string): Promise<void> {
  for (const folder of ['staging', 'received', 'blobs']) {
    await mkdir(join(root, folder), { recursive: true, mode: 0o700 })
  }
  for (const shard of SHARDS) {
    await mkdir(join(root, 'blobs', shard), { recursive: true, mode: 0o700 })
  }
  try {
    await syncDirectory(join(root, 'blobs'))
    await syncDirectory(root)
  } catch (cause) {
    // All of them were there: a box whose disk turned read-only still reads.
    if (!hasSystemCode(cause, 'EROFS')) throw cause
  }
}

async function openBlob(path: string) {
  try {
    return await open(path, 'r')
  } catch (cause) {
    if (!hasSystemCode(cause, 'ENOENT')) throw cause
    throw new AppError('not_found', 'The content of this file is missing on the disk.', {
      cause,
      reason: 'BLOB_MISSING',
    })
  }
}

const sizeOf = async (path: string): Promise<number | undefined> => (await statOf(path))?.size

/** How long nothing was written to a file; 0 for one that is gone. */
async function idleMsOf(path: string): Promise<number> {
  const written = (await statOf(path))?.mtimeMs
  return written === undefined ? 0 : Date.now() - written
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (cause) {
    if (hasSystemCode(cause, 'ENOENT')) return undefined
    throw cause
  }
}

async function writable(folder: string): Promise<void> {
  try {
    await access(folder, constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw unusable(cause)
  }
}

const BLOB_PATH = /^[0-9a-f]{2}\/[0-9a-f]{64}\.[0-9a-z]{26}$/

/** Only paths that the catalog makes reach the file system. */
function checked(path: string): string {
  if (!BLOB_PATH.test(path)) throw new AppError('internal', 'Not a blob path.')
  return path
}

function checkedName(name: string): string {
  if (!isId(name)) throw new AppError('internal', 'Not a name for staged bytes.')
  return name
}
