import { createHash, randomUUID } from 'node:crypto'
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Digest, hashing } from '../../core/digest.ts'
import { AppError } from '../../core/errors.ts'
import { cannotLook, type Look } from '../../core/ingest/look.ts'
import type { BlobStore, Probe, StagedBlob } from '../../core/ports/index.ts'

/** Blobs in memory: for tests and demos. Nothing survives the process. */
export function memoryBlobStore(look: Look = cannotLook): BlobStore {
  const blobs = new Map<string, Uint8Array>()
  const named = new Map<string, Uint8Array>()
  const parts = new Map<string, Uint8Array>()

  const stagedBlob = (bytes: Uint8Array, digest: Digest, forget = () => {}): StagedBlob => ({
    digest,
    sizeBytes: bytes.byteLength,
    async publish(path) {
      if (blobs.has(path)) throw new AppError('conflict', 'A blob path was used twice.')
      blobs.set(path, bytes)
    },
    probe: (name) => lookAt(bytes, name),
    discard: async () => forget(),
  })

  const lookAt = async (bytes: Uint8Array, name: string): Promise<Probe> => {
    const fd = anonymousFile(bytes)
    try {
      return await look({ fd, sizeBytes: bytes.byteLength }, name)
    } finally {
      closeSync(fd)
    }
  }

  const bytesOf = (path: string): Uint8Array => {
    const bytes = blobs.get(path)
    if (!bytes) throw new AppError('not_found', 'The content of this file is missing.')
    return bytes
  }

  return {
    async stage(source, name) {
      const hashed = hashing(source)
      const chunks: Uint8Array[] = []
      for await (const chunk of hashed) chunks.push(chunk.slice())
      const bytes = Buffer.concat(chunks)
      if (name === undefined) return stagedBlob(bytes, hashed.digest())
      const digest = hashed.digest()
      const key = `${name}.${digest}`
      named.set(key, bytes)
      return stagedBlob(bytes, digest, () => named.delete(key))
    },
    stageClone: async () => undefined,

    stageCopy: async () => undefined,
    async staged(name, digest) {
      const key = `${name}.${digest}`
      const bytes = named.get(key)
      return bytes && stagedBlob(bytes, digest, () => named.delete(key))
    },
    async discardStaged(name) {
      for (const key of named.keys()) if (key.startsWith(`${name}.`)) named.delete(key)
      parts.delete(name)
    },
    async stagePart(name, offset, source) {
      let at = offset
      for await (const chunk of source) {
        const before = parts.get(name) ?? new Uint8Array()
        const after = new Uint8Array(Math.max(before.byteLength, at + chunk.byteLength))
        after.set(before)
        after.set(chunk, at)
        parts.set(name, after)
        at += chunk.byteLength
      }
    },
    async stagedParts(name) {
      const bytes = parts.get(name)
      if (!bytes) return undefined
      const digest = createHash('sha256').update(bytes).digest('hex') as Digest
      return stagedBlob(bytes, digest, () => parts.delete(name))
    },
    async *stagedNames() {
      const wholes = [...named.keys()].map((key) => key.split('.', 1)[0] ?? '')
      yield* new Set([...wholes, ...parts.keys()])
    },
    async *read(path, range) {
      const bytes = bytesOf(path)
      yield range ? bytes.subarray(range.start, range.end) : bytes
    },
    async open(path) {
      const bytes = bytesOf(path)
      const fd = anonymousFile(bytes)
      return { fd, sizeBytes: bytes.byteLength, close: async () => closeSync(fd) }
    },
    probe: (path, name) => lookAt(bytesOf(path), name),
    async stat(path) {
      return blobs.get(path)?.byteLength
    },
    async remove(path) {
      blobs.delete(path)
    },
    async *list() {
      for (const [path, bytes] of blobs) yield { path, sizeBytes: bytes.byteLength }
    },
    room: async () => Number.POSITIVE_INFINITY,

    async check() {},
    async clearStaging() {},
  }
}

/** A child process takes a descriptor, so the bytes get a file that has no name any more. */
function anonymousFile(bytes: Uint8Array): number {
  const path = join(tmpdir(), `onefold-${randomUUID()}`)
  const fd = openSync(path, 'wx+', 0o600)
  unlinkSync(path)
  writeSync(fd, bytes)
  return fd
}
