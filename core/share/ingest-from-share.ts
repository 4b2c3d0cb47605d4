import type { Digest } from '../digest.ts'
import { notFound } from '../errors.ts'
import { newId } from '../ids.ts'
import { commitStaged } from '../ingest/commit-version.ts'
import { assertRoom, withinRoom } from '../ingest/room.ts'
import { conflictAnswer, type OnConflict } from '../model/library.ts'
import type {
  CloneSource,
  Committed,
  CopySource,
  Ports,
  Share,
  StagedBlob,
} from '../ports/index.ts'
import { chapterInShare, mapPath } from './place-in-share.ts'
import { bytesOf, type RawPath } from './raw-path.ts'
import type { Stamp } from './stamp.ts'

/** A file of a share that stands still. */
export interface SourceFile {
  path: RawPath
  stamp: Stamp
  bytes: AsyncIterable<Uint8Array>
  /** The same bytes, for a store that can share them with the source instead of copying. */
  clone?: CloneSource
  /** And for one that copies beside this process, where its disk is near. */
  copy?: CopySource
  /** Rejects when the file is not as stamped any more. Asked once, behind the last byte. */
  confirm(): Promise<void>
  /** Asked once, when all else is well: whether a file that went from its path has come to this one. */
  isMoved?(digest: Digest): Promise<boolean>
  /** The document that this path became earlier. */
  documentId?: string
  traceId: string
}

/**
 * Stores a file of a share: copied and hashed in one pass, confirmed, and committed together with the
 * record of the source, so that the next scan knows it. Where the file systems can, the copy shares
 * its blocks with the source until one of them changes. Chapter and folder follow from the share's
 * mapping. A path that was stored before gets a new version of its document; so does a document
 * of that name that came by another door, unless names are to be kept apart. One that another file of a share stands behind is left
 * alone, and a number is added to the name.
 *
 * @returns `unchanged` when the document already is at this content; the source is recorded then, too.
 * Undefined when the file was moved here, and is recorded
 * @throws whatever `bytes` and `confirm` throw, and what `commitStaged` does; nothing is kept then
 */
export async function ingestFromShare(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  share: Share,
  file: SourceFile,
): Promise<Committed | undefined> {
  await assertRoom(ports, file.stamp.sizeBytes)
  const { chapterName, ...place } = mapPath(share, file.path)
  const chapter = await chapterInShare(ports, share, chapterName)
  if (!chapter) throw notFound()
  const staged = await stage(ports, file)
  try {
    await file.confirm()
  } catch (cause) {
    await staged.discard()
    throw cause
  }
  if (await file.isMoved?.(staged.digest)) {
    await staged.discard()
    return undefined
  }
  const now = ports.clock.now()
  return commitStaged(ports, staged, {
    versionId: newId(now),
    jobId: newId(now),
    documentId: newId(now),
    chapterId: chapter.id,
    ...place,
    onConflict: withoutAsking(conflictAnswer(share.onConflict, chapter)),
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

async function stage(ports: Pick<Ports, 'blobs'>, file: SourceFile): Promise<StagedBlob> {
  const cloned = file.clone && (await ports.blobs.stageClone(file.clone))
  const staged = cloned ?? (file.copy && (await ports.blobs.stageCopy(file.copy)))
  return staged ?? ports.blobs.stage(withinRoom(ports, file.bytes))
}

/** Nobody stands beside a share who could be asked. */
const withoutAsking = (answer: OnConflict) => (answer === 'ask' ? 'version' : answer)
