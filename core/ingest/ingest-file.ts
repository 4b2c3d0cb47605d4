import type { Access } from '../access/access.ts'
import { assertFits } from '../account/quota.ts'
import { type Digest } from '../digest.ts'
import { AppError } from '../errors.ts'
import { newId } from '../ids.ts'
import { conflictAnswer, type Door, type OnConflict } from '../model/library.ts'
import type { Committed, Ports, StagedBlob } from '../ports/index.ts'
import { commitStaged } from './commit-version.ts'
import { placeOf } from './place.ts'
import { assertRoom, withinRoom } from './room.ts'

/** A file in one call, with what its sender said of it. */
export interface IncomingFile {
  source: AsyncIterable<Uint8Array>
  name: string
  chapterId?: string
  folder?: string
  onConflict?: OnConflict
  door: Door
  digest?: Digest
  sizeBytes?: number
  /** How many bytes it has at least, where its size is not known: it is refused early by that. */
  atLeastBytes?: number
}

/**
 * Takes a whole file: rights first, then the bytes, verified, then the pointer.
 *
 * @throws AppError `digest_mismatch` when the bytes are not the declared ones, `storage_full`,
 * `too_large`, and whatever `placeOf` and `commitStaged` throw; nothing is kept then
 */
export async function ingestFile(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  access: Access,
  file: IncomingFile,
): Promise<Committed> {
  const { chapter, folder, name } = placeOf(access, file)
  const atLeast = file.atLeastBytes ?? file.sizeBytes ?? 0
  await assertRoom(ports, atLeast)
  assertFits(await ports.catalog.people.quota(access.actor.userId), atLeast)
  const staged = await ports.blobs.stage(withinRoom(ports, file.source))
  await verify(staged, file)
  const now = ports.clock.now()
  return commitStaged(ports, staged, {
    versionId: newId(now),
    jobId: newId(now),
    documentId: newId(now),
    chapterId: chapter.id,
    folder,
    name,
    onConflict: conflictAnswer(file.onConflict, chapter),
    digest: staged.digest,
    sizeBytes: staged.sizeBytes,
    createdBy: access.actor.userId,
    door: file.door,
    traceId: access.actor.traceId,
    ...(access.actor.address && { address: access.actor.address }),
    now,
  })
}

/** The one place where content is held against what was said of it. Discards what does not match. */
export async function verify(
  staged: StagedBlob,
  declared: { digest?: Digest; sizeBytes?: number },
): Promise<void> {
  const sizeLies = declared.sizeBytes !== undefined && declared.sizeBytes !== staged.sizeBytes
  const digestLies = declared.digest !== undefined && declared.digest !== staged.digest
  if (!sizeLies && !digestLies) return
  await staged.discard()
  throw new AppError(
    'digest_mismatch',
    sizeLies
      ? `The file arrived with ${staged.sizeBytes} bytes instead of ${declared.sizeBytes}. Please send it again.`
      : 'The file changed on the way here. Please send it again.',
    { reason: sizeLies ? 'SIZE_MISMATCH' : 'HASH_MISMATCH' },
  )
}
