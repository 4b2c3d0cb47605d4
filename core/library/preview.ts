import { type Access, requireScope } from '../access/access.ts'
import { notFound } from '../errors.ts'
import type { DerivationRow, Ports } from '../ports/index.ts'
import { findDocument } from './find-document.ts'

/** A half-open range of the bytes that are kept of a file's pictures. */
interface Range {
  start: number
  end: number
}

/**
 * Picture of a document's first page, small, or of any page of a file that no browser turns over, WebP.
 *
 * @param wanted page from 1; absent for the small picture of the first
 * @throws AppError `not_found` for a hidden document, and for one without that picture
 */
export async function openPreview(
  ports: Pick<Ports, 'blobs' | 'catalog'>,
  access: Access,
  wanted: { documentId: string; page?: number },
): Promise<{
  versionId: string
  sizeBytes: number
  read(range?: Range): AsyncIterable<Uint8Array>
}> {
  requireScope(access.actor, 'read')
  const { version } = await findDocument(ports, access, { id: wanted.documentId })
  const steps = await ports.catalog.derivations.shown(version.id)
  const made = steps.find(({ step }) => step === 'preview')
  if (!made?.blobPath) throw notFound()
  const path = made.blobPath
  const storedBytes = await ports.blobs.stat(path)
  if (storedBytes === undefined) throw notFound()
  const own = pictureIn(sizesOf(made) ?? [storedBytes], wanted.page ?? 0)
  return {
    versionId: version.id,
    sizeBytes: own.end - own.start,
    read: ({ start, end } = { start: 0, end: own.end - own.start }) =>
      ports.blobs.read(path, { start: own.start + start, end: own.start + end }),
  }
}

/** How many pages can be looked at one by one; undefined for a file that is shown by other means. */
export const pagesShown = (steps: readonly DerivationRow[]): number | undefined => {
  const made = steps.find(({ step }) => step === 'preview')
  const sizes = made && sizesOf(made)
  return sizes && sizes.length - 1
}

/** Bytes of the small picture, then of each page, one after the other. */
function sizesOf({ facts: { sizes } }: DerivationRow): number[] | undefined {
  return Array.isArray(sizes) ? (sizes as number[]) : undefined
}

function pictureIn(sizes: readonly number[], at: number): Range {
  const size = sizes[at]
  if (size === undefined) throw notFound()
  const start = sizes.slice(0, at).reduce((sum, each) => sum + each, 0)
  return { start, end: start + size }
}
