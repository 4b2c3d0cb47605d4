import { createHash } from 'node:crypto'
import { type FileHandle, lstat, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError, hasSystemCode } from '../../core/errors.ts'
import { FIXED_BYTES, listBytes, readHead, tampered, writeHead } from '../../core/models/bundle.ts'
import { sizeOf } from '../../core/models/manifest.ts'
import { isFingerprint } from '../../core/models/signature.ts'
import type { LongWork, ModelCarrier, ModelFile, ModelManifest } from '../../core/ports/models.ts'
import { isAbsent, openPlain, syncFolder } from './files.ts'

/** One fingerprint a line; what follows it is for people. */
const TRUSTED_KEYS = 'trusted-keys'

/** Where files with models wait that came through the page. */
const INCOMING = '.incoming'

const CHUNK = 1024 * 1024

/** @param dir the folder of models */
export const diskModelCarrier = (dir: string): ModelCarrier => ({
  async pack(models, path, { signer, ...work }) {
    const manifests = models.flatMap(({ manifest }) => manifest ?? [])
    const head = writeHead(manifests, signer)
    const total = manifests.reduce((sum, manifest) => sum + sizeOf(manifest), 0)
    const file = await openNew(path)
    try {
      await file.appendFile(head)
      const meter = metered(work, total)
      for (const manifest of readHead(head).models) {
        const folder = models.find(({ name }) => name === manifest.name)?.folder ?? ''
        for (const each of manifest.files) await append(file, { folder, manifest, each }, meter)
      }
      await file.sync()
    } catch (cause) {
      await rm(path, { force: true })
      throw cause
    } finally {
      await file.close()
    }
    await syncFolder(dirname(path))
  },

  async open(path) {
    const file = await openBundle(path)
    try {
      const fixed = await readExactly(file, 0, FIXED_BYTES)
      const head = readHead(await readExactly(file, 0, FIXED_BYTES + listBytes(fixed)))
      const { size } = await file.stat()
      if (size < head.totalBytes) throw tampered('its end is missing')
      if (size > head.totalBytes) throw tampered('there is something behind its end')
      return head
    } finally {
      await file.close()
    }
  },

  async unpack(path, head, { folder, ...work }) {
    const file = await openBundle(path)
    try {
      const meter = metered(work, head.totalBytes - head.headBytes)
      let at = head.headBytes
      for (const { name, files } of head.models) {
        for (const each of files) {
          await copyOut(file, { at, to: join(folder, name, each.path), each }, meter)
          at += each.sizeBytes
        }
      }
    } finally {
      await file.close()
    }
  },

  async trustedKeys() {
    const text = await readFile(join(dir, TRUSTED_KEYS), 'utf8').catch((cause: unknown) => {
      if (isAbsent(cause)) return ''
      throw cause
    })
    const words = text.split('\n').map((line) => line.trim().split(/\s/)[0] ?? '')
    return words.filter(isFingerprint)
  },

  async receive(id, bytes) {
    const path = incoming(dir, id)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(path, 'wx', 0o600)
    try {
      for await (const chunk of bytes) await file.appendFile(chunk)
      await file.sync()
      return path
    } catch (cause) {
      await rm(path, { force: true })
      throw cause
    } finally {
      await file.close()
    }
  },

  discard: (id) => rm(incoming(dir, id), { force: true }),

  async sweep(isKept, before) {
    for (const id of await namesIn(join(dir, INCOMING))) {
      if (isKept(id)) continue
      const path = incoming(dir, id)
      const mtimeMs = await lastWrite(path)
      if (mtimeMs !== undefined && mtimeMs < before) await rm(path, { force: true })
    }
  },
})

const incoming = (dir: string, id: string): string => join(dir, INCOMING, id)

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (cause) {
    if (isAbsent(cause)) return []
    throw cause
  }
}

/** Undefined for what is gone meanwhile, or no file. */
async function lastWrite(path: string): Promise<number | undefined> {
  try {
    const stats = await lstat(path)
    return stats.isFile() ? stats.mtimeMs : undefined
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw cause
  }
}

interface Meter {
  signal: AbortSignal
  add(bytes: number): void
}

function metered({ signal, onProgress }: LongWork, total: number): Meter {
  let done = 0
  return {
    signal,
    add(bytes) {
      done += bytes
      onProgress?.(done, total)
    },
  }
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o644)
  } catch (cause) {
    if (!hasSystemCode(cause, 'EEXIST')) throw cause
    throw new AppError('conflict', `${path} is there already. Choose another name.`, {
      reason: 'FILE_EXISTS',
      cause,
    })
  }
}

async function openBundle(path: string): Promise<FileHandle> {
  const file = await openPlain(path)
  if (file) return file
  throw new AppError('not_found', `There is no file ${path}.`)
}

/** All `length` bytes, or fewer where the file ends. */
async function readExactly(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, at + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return buffer.subarray(0, done)
}

async function append(
  to: FileHandle,
  { folder, manifest, each }: { folder: string; manifest: ModelManifest; each: ModelFile },
  meter: Meter,
): Promise<void> {
  const from = await openPlain(join(folder, each.path))
  if (!from) throw damaged(manifest.name, each.path)
  try {
    const found = await copyHashing(from, { at: 0, sizeBytes: each.sizeBytes, to }, meter)
    const { size } = await from.stat()
    if (found !== each.sha256 || size !== each.sizeBytes) throw damaged(manifest.name, each.path)
  } finally {
    await from.close()
  }
}

async function copyOut(
  from: FileHandle,
  { at, to: path, each }: { at: number; to: string; each: ModelFile },
  meter: Meter,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const to = await open(path, 'wx', 0o644)
  try {
    const found = await copyHashing(from, { at, sizeBytes: each.sizeBytes, to }, meter)
    if (found !== each.sha256) throw tampered(`${each.path} is not what was signed`)
  } finally {
    await to.close()
  }
}

/** Copies a run of bytes to the end of `to`. @returns their SHA-256, in hex; of fewer at the end */
async function copyHashing(
  from: FileHandle,
  { at, sizeBytes, to }: { at: number; sizeBytes: number; to: FileHandle },
  { signal, add }: Meter,
): Promise<string> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(1, sizeBytes)))
  for (let done = 0; done < sizeBytes; ) {
    signal.throwIfAborted()
    const wanted = Math.min(buffer.length, sizeBytes - done)
    const { bytesRead } = await from.read(buffer, 0, wanted, at + done)
    if (bytesRead === 0) break
    const chunk = buffer.subarray(0, bytesRead)
    hash.update(chunk)
    await to.appendFile(chunk)
    done += bytesRead
    add(bytesRead)
  }
  return hash.digest('hex')
}

const damaged = (name: string, path: string) =>
  new AppError(
    'digest_mismatch',
    `${path} of ${name} is not what its description says. Verify the model, or fetch it again.`,
    { reason: 'MODEL_DAMAGED' },
  )
