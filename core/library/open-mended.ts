import type { Access } from '../access/access.ts'
import type { Digest } from '../digest.ts'
import { AppError, codeOf } from '../errors.ts'
import type { Turns } from '../ingest/turns.ts'
import type { Ports } from '../ports/index.ts'
import { restoreContent } from '../replica/restore-content.ts'
import { findDocument, findVersion } from './find-document.ts'
import { type OpenVersion, openDocument, openVersion } from './open-version.ts'

type Stores = Pick<Ports, 'blobs' | 'catalog' | 'clock' | 'providers'>

/** A version, or the current one of a document. */
export type Wanted = { versionId: string } | { documentId: string }

/**
 * Opens a version as `openVersion` does. One whose bytes are missing or damaged here is fetched from a
 * further store first, once for all who ask meanwhile; its reader waits.
 *
 * @throws AppError what `openVersion` does, when no store has it either
 */
export async function openMended(
  ports: Stores,
  access: Access,
  { wanted, turns }: { wanted: Wanted; turns: Turns },
): Promise<OpenVersion> {
  const open = () =>
    'versionId' in wanted
      ? openVersion(ports, access, wanted.versionId)
      : openDocument(ports, access, wanted.documentId)
  try {
    return await open()
  } catch (cause) {
    if (!isBroken(cause) || ports.providers.length === 0) throw cause
    const digest = await digestOf(ports, access, wanted)
    return turns.inOrder(`mend ${digest}`, async () => {
      if (await mend(ports, digest)) return open()
      throw cause
    })
  }
}

const isBroken = (cause: unknown): boolean =>
  cause instanceof AppError && ['BYTES_MISSING', 'BYTES_DAMAGED'].includes(cause.reason ?? '')

async function digestOf(ports: Stores, access: Access, wanted: Wanted): Promise<Digest> {
  if ('versionId' in wanted) {
    return (await findVersion(ports, access, { id: wanted.versionId })).version.digest
  }
  return (await findDocument(ports, access, { id: wanted.documentId })).version.digest
}

/** False when no further store gives the content. */
async function mend(ports: Stores, digest: Digest): Promise<boolean> {
  const { blobs, catalog } = ports
  const live = await catalog.blobs.live(digest)
  if (live && (await blobs.stat(live.path)) !== live.sizeBytes) {
    await catalog.blobs.markDamaged(live.id)
  }
  try {
    await restoreContent(ports, digest)
    return true
  } catch (cause) {
    if (codeOf(cause) !== 'unavailable') throw cause
    return false
  }
}
