import type { Access } from '../access/access.ts'
import { AppError, notFound } from '../errors.ts'
import type { Ports, UploadRow } from '../ports/index.ts'
import { assertTypeTaken } from './assert-type.ts'
import { checkByDigest } from './check.ts'
import type { Plan } from './plan-uploads.ts'
import { versionOfUpload } from './version-of-upload.ts'

/**
 * Makes documents at once of new uploads whose content the caller can read already, by this very
 * credential: bytes that he could fetch need not be sent. All others are as unknown as can be: what
 * the box has besides is not looked at.
 *
 * @returns what became of those, by upload; whatever is not in it is to be sent
 */
export async function linkReadable(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  access: Access,
  plans: readonly Plan[],
): Promise<Map<string, UploadRow | AppError>> {
  const linked = new Map<string, UploadRow | AppError>()
  const digests = plans.flatMap(({ isNew, upload }) => (isNew && upload.declaredDigest) || [])
  const readable = await checkByDigest(ports, access, digests)
  for (const plan of plans) {
    const { declaredDigest: digest, declaredSize: sizeBytes } = plan.upload
    const source = plan.isNew && digest ? readable.get(digest) : undefined
    if (!digest || source?.sizeBytes !== sizeBytes) continue
    const input = versionOfUpload(plan.upload, { digest, sizeBytes }, ports.clock.now())
    const { upload, idempotencyKey } = plan
    try {
      await assertTaken(ports, access, { upload, versionId: source.versionId })
      const key = idempotencyKey === undefined ? {} : { idempotencyKey }
      const made = await ports.catalog.ingest.point(input, source.versionId, { ...upload, ...key })
      if (made) linked.set(upload.id, made.upload)
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause
      linked.set(upload.id, cause)
    }
  }
  return linked
}

/** The rule of the book is the same for what need not be sent. */
async function assertTaken(
  { blobs, catalog }: Pick<Ports, 'blobs' | 'catalog'>,
  { visible }: Access,
  { upload, versionId }: { upload: UploadRow; versionId: string },
): Promise<void> {
  await assertTypeTaken(
    { catalog },
    {
      ...upload,
      async probe(name) {
        const version = await catalog.library.version(visible, versionId)
        if (!version) throw notFound()
        return blobs.probe(version.path, name)
      },
    },
  )
}
