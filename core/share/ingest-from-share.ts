import { newId } from '../ids.ts'
import { commitStaged } from '../ingest/commit-version.ts'
import { assertRoom, withinRoom } from '../ingest/room.ts'
import type { Committed, Ports, Share } from '../ports/index.ts'
import { displayPath } from './display-path.ts'
import { bytesOf, type RawPath } from './raw-path.ts'
import type { Stamp } from './stamp.ts'

/** A file of a share that stands still. */
export interface SourceFile {
  path: RawPath
  stamp: Stamp
  bytes: AsyncIterable<Uint8Array>
  /** Rejects when the file is not as stamped any more. Asked once, behind the last byte. */
  confirm(): Promise<void>
  /** The document that this path became earlier. */
  documentId?: string
  traceId: string
}

/**
 * Stores a file of a share: copied and hashed in one pass, confirmed, and committed together with the
 * record of the source, so that the next scan knows it. The folder in the share becomes the folder of
 * the document. A path that was stored before gets a new version of its document; so does a document
 * of that name that came by another door. One that another file of a share stands behind is left
 * alone, and a number is added to the name.
 *
 * @returns `unchanged` when the document already is at this content; the source is recorded then, too
 * @throws whatever `bytes` and `confirm` throw, and what `commitStaged` does; nothing is kept then
 */
export async function ingestFromShare(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  share: Share,
  file: SourceFile,
): Promise<Committed> {
  await assertRoom(ports, file.stamp.sizeBytes)
  const staged = await ports.blobs.stage(withinRoom(ports, file.bytes))
  try {
    await file.confirm()
  } catch (cause) {
    await staged.discard()
    throw cause
  }
  const now = ports.clock.now()
  return commitStaged(ports, staged, {
    versionId: newId(now),
    jobId: newId(now),
    documentId: newId(now),
    chapterId: share.chapterId,
    ...displayPath(file.path),
    onConflict: 'version',
    digest: staged.digest,
    sizeBytes: staged.sizeBytes,
    createdBy: share.ownerId,
    door: 'share',
    traceId: file.traceId,
    now,
    shareEntry: {
      shareId: share.id,
      path: bytesOf(file.path),
      ...file.stamp,
      ...(file.documentId !== undefined && { document: file.documentId }),
    },
  })
}
