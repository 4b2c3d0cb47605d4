import { type Access, requireScope } from '../access/access.ts'
import { AppError, notFound } from '../errors.ts'
import type { Coverage, Part } from '../model/locator.ts'
import { packedExtraction, parseExtraction } from '../pipeline/extraction.ts'
import type { Ports } from '../ports/index.ts'
import { findDocument, findVersion } from './find-document.ts'
import { textStateOf } from './text-state.ts'

/** One page of a document's text. */
export interface DocumentText {
  parts: Part[]
  /** Of an archive: ids of the documents that its files are, by the position of their entry. */
  documentIds?: ReadonlyMap<number, string>
  /** How much of the file was read; absent while it was not looked at. */
  coverage?: Coverage
  nextCursor?: string
}

type Stores = Pick<Ports, 'blobs' | 'catalog'>

/** A page ends with the part that reaches one of these; a part is never cut. */
const PAGE_PARTS = 200
const PAGE_CHARACTERS = 200_000

/**
 * The text of a document's current version, or of another one of its versions, in reading order.
 * A file that is not read yet, or has no text, has no parts.
 *
 * @throws AppError `not_found` for a hidden or absent document or version, `bad_request` (`CURSOR`)
 */
export async function documentText(
  ports: Stores,
  access: Access,
  wanted: { documentId: string; versionId?: string; cursor?: string },
): Promise<DocumentText> {
  requireScope(access.actor, 'read')
  const start = wanted.cursor === undefined ? 0 : decode(wanted.cursor)
  const { id: shownId, documentId } = await versionOf(ports, access, wanted)
  const { blobPath, ...text } = textStateOf(await ports.catalog.derivations.shown(shownId))
  const coverage = text.coverage && { coverage: text.coverage }
  if (blobPath === undefined) return { parts: [], ...coverage }
  const { parts } = await parseExtraction(await packedExtraction(ports.blobs, blobPath))
  const end = pageEnd(parts, start)
  const archive = { documentId, versionId: shownId }
  const isArchive = parts[start]?.entry !== undefined
  return {
    parts: parts.slice(start, end),
    ...(isArchive && { documentIds: await ports.catalog.inside.unpacked(access.visible, archive) }),
    ...coverage,
    ...(end < parts.length && { nextCursor: encode(end) }),
  }
}

async function versionOf(
  ports: Stores,
  access: Access,
  { documentId, versionId }: { documentId: string; versionId?: string },
): Promise<{ id: string; documentId: string }> {
  if (versionId === undefined) {
    return (await findDocument(ports, access, { id: documentId })).version
  }
  const { version } = await findVersion(ports, access, { id: versionId })
  if (version.documentId !== documentId) throw notFound()
  return version
}

function pageEnd(parts: readonly Part[], start: number): number {
  let characters = 0
  let end = start
  while (end < parts.length && end - start < PAGE_PARTS && characters < PAGE_CHARACTERS) {
    characters += parts[end]?.text.length ?? 0
    end++
  }
  return end
}

const encode = (start: number): string => Buffer.from(`part ${start}`).toString('base64url')

function decode(cursor: string): number {
  const [, start] = /^part (\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (start !== undefined) return Number(start)
  throw new AppError('bad_request', 'This page marker is not one of this text.', {
    reason: 'CURSOR',
  })
}
