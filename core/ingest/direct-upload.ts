import { randomBytes } from 'node:crypto'
import { type Access, requireChapter } from '../access/access.ts'
import { codeOf } from '../errors.ts'
import type { Ports, Provider, UploadRow } from '../ports/index.ts'
import { ownUpload } from './own-upload.ts'
import { markReceived, stageChecked } from './receive-upload.ts'
import { type Requested, uploadTokenHash } from './request-upload.ts'

/** What nobody fetches is removed this long after its address ended: a slow sender may still send. */
const LATE_MS = 24 * 60 * 60_000

/**
 * Where clients may send the bytes of a request to a further store instead of to the box: a fresh,
 * random place that tells nothing of the content. Undefined where they may not, and for what is too
 * large to go in one piece. What arrives there is removed in any case, fetched or not.
 */
export async function openDirect(
  { catalog, clock, providers }: Pick<Ports, 'catalog' | 'clock' | 'providers'>,
  { upload, token }: Requested,
): Promise<{ upload: UploadRow; url: string } | undefined> {
  const store = directStore(providers)
  const { declaredSize, urlExpiresAt = 0 } = upload
  if (!store || token === undefined || declaredSize > store.direct.maxBytes) return undefined
  const directKey = `incoming/${randomBytes(32).toString('hex')}`
  await catalog.copies.removeAt(store.provider.name, directKey, urlExpiresAt + LATE_MS)
  const isOpen = await catalog.uploads.sendDirect(upload.id, uploadTokenHash(token), directKey)
  if (!isOpen) return undefined
  const ttlMs = urlExpiresAt - clock.now()
  const url = await store.direct.presignPut(directKey, declaredSize, ttlMs)
  return { upload: { ...upload, directKey }, url }
}

/**
 * Fetches what was sent to a further store for an upload, and receives it like any other bytes: hashed
 * and measured here, whatever the store says of it. Does nothing for an upload that waits for no such
 * bytes, or whose bytes are not there.
 *
 * @throws AppError `not_found`, `forbidden`, `digest_mismatch` for bytes that are not the declared
 * ones, `unavailable` while the store does not answer
 */
export async function fetchDirect(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock' | 'providers'>,
  access: Access,
  uploadId: string,
): Promise<void> {
  const { catalog, clock, providers } = ports
  const upload = await ownUpload(ports, access, uploadId)
  const provider = directStore(providers)?.provider
  const key = upload.directKey
  if (!provider || key === undefined || upload.status !== 'UPLOAD_URL_GENERATED') return
  requireChapter(access, upload.chapterId, 'contributor')
  if ((await provider.stat(key)) === undefined) return
  const forget = () => catalog.copies.removeAt(provider.name, key, clock.now())
  try {
    const coming = { upload, source: provider.read(key), name: upload.id }
    await markReceived(ports, upload, await stageChecked(ports, coming))
  } catch (cause) {
    if (codeOf(cause) === 'digest_mismatch') await forget()
    throw cause
  }
  await forget()
}

function directStore(
  providers: readonly Provider[],
): { provider: Provider; direct: NonNullable<Provider['direct']> } | undefined {
  for (const provider of providers) {
    if (provider.direct) return { provider, direct: provider.direct }
  }
  return undefined
}
