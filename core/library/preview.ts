import { type Access, requireScope } from '../access/access.ts'
import { notFound } from '../errors.ts'
import type { Ports } from '../ports/index.ts'
import { findDocument } from './find-document.ts'

/**
 * Picture of a document's first page, WebP.
 *
 * @throws AppError `not_found` for a hidden document, and for one without a picture
 */
export async function openPreview(
  ports: Pick<Ports, 'blobs' | 'catalog'>,
  access: Access,
  documentId: string,
): Promise<{ versionId: string; sizeBytes: number; read(): AsyncIterable<Uint8Array> }> {
  requireScope(access.actor, 'read')
  const { version } = await findDocument(ports, access, { id: documentId })
  const steps = await ports.catalog.derivations.shown(version.id)
  const made = steps.find(({ step }) => step === 'preview')
  if (!made?.blobPath) throw notFound()
  const path = made.blobPath
  const sizeBytes = await ports.blobs.stat(path)
  if (sizeBytes === undefined) throw notFound()
  return { versionId: version.id, sizeBytes, read: () => ports.blobs.read(path) }
}
