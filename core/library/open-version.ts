import { type Access, requireScope } from '../access/access.ts'
import { AppError, codeOf, notFound } from '../errors.ts'
import type { Ports, VersionRow } from '../ports/index.ts'
import { findDocument, findVersion } from './find-document.ts'

/** A version whose bytes are there to be read. */
export interface OpenVersion {
  version: VersionRow
  /** The document's name now, for saving the file under. */
  name: string
  /**
   * Yields the bytes, or the half-open range of them. Nothing is opened before the first is
   * asked for.
   */
  read(range?: { start: number; end: number }): AsyncIterable<Uint8Array>
}

type Stores = Pick<Ports, 'blobs' | 'catalog'>

/**
 * Opens one version by its id. There is no opening by digest: bytes are reached by pointer only.
 *
 * @throws AppError `not_found` for a hidden or absent version, `unavailable` (reasons
 * `BYTES_MISSING`, `BYTES_DAMAGED`)
 */
export async function openVersion(
  ports: Stores,
  access: Access,
  versionId: string,
): Promise<OpenVersion> {
  requireScope(access.actor, 'read')
  const { version, document } = await findVersion(ports, access, { id: versionId })
  return open(ports, version, document.name)
}

/** Opens a document's current version; see `openVersion`. */
export async function openDocument(
  ports: Stores,
  access: Access,
  documentId: string,
): Promise<OpenVersion> {
  requireScope(access.actor, 'read')
  const document = await findDocument(ports, access, { id: documentId })
  return open(ports, document.version, document.name)
}

async function open(ports: Stores, found: VersionRow, name: string): Promise<OpenVersion> {
  let version = found
  for (;;) {
    if (version.isDamaged) throw damaged()
    // Asked before any header goes out: a missing file must not look like an empty one.
    if ((await ports.blobs.stat(version.path)) === version.sizeBytes) break
    // It may have become a second copy since it was looked up (see `bytesOf`), or been removed.
    const now = await ports.catalog.library.version('all', version.id)
    if (!now) throw notFound()
    if (now.path === version.path && now.isDamaged === version.isDamaged) throw missing()
    version = now
  }
  const there = version
  return { version: there, name, read: (range) => bytesOf(ports, there, range) }
}

const damaged = () =>
  new AppError(
    'unavailable',
    'The bytes of this file were damaged on the disk. Whoever has it can upload it again, which mends it here.',
    { reason: 'BYTES_DAMAGED' },
  )

const missing = () =>
  new AppError(
    'unavailable',
    'The bytes of this file are missing on the disk. Ask your administrator to run "onefold verify".',
    { reason: 'BYTES_MISSING' },
  )

/**
 * Whoever reads what has just arrived may do so in the moment in which it turns out to be a second
 * copy: its file goes then, and the version reads from the first one.
 */
async function* bytesOf(
  { blobs, catalog }: Stores,
  version: VersionRow,
  range?: { start: number; end: number },
): AsyncGenerator<Uint8Array> {
  try {
    yield* blobs.read(version.path, range)
  } catch (cause) {
    // Thrown before the first byte only.
    if (codeOf(cause) !== 'not_found') throw cause
    const moved = await catalog.library.version('all', version.id)
    if (!moved || moved.path === version.path) throw cause
    yield* blobs.read(moved.path, range)
  }
}
