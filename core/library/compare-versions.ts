import { type Access, requireScope } from '../access/access.ts'
import type { Comparer } from '../compare/comparer.ts'
import type { ComparisonPage } from '../compare/comparison.ts'
import { AppError, notFound } from '../errors.ts'
import { packedExtraction } from '../pipeline/extraction.ts'
import type { Ports, VersionRow } from '../ports/index.ts'
import { findVersion } from './find-document.ts'
import { type TextState, textStateOf } from './text-state.ts'

/** One of two versions that are compared. */
export interface ComparedVersion {
  version: VersionRow
  text: TextState
}

/** Two versions side by side. */
export interface VersionComparison {
  from: ComparedVersion
  to: ComparedVersion
  /** Whether both have the same bytes. */
  isIdentical: boolean
  /** What was compared; `none` where one of them has no text (yet): see their states. */
  basis: 'text' | 'cells' | 'none'
  page?: ComparisonPage
  nextCursor?: string
}

export interface CompareWish {
  documentId: string
  fromId: string
  toId: string
  cursor?: string
  /** The rows of one fold, instead of the comparison. */
  fold?: { at: number; count: number }
}

/**
 * How one version of a document became another, or one of another document, a page at a time. Either
 * may be the older one.
 *
 * @throws AppError `not_found` for a hidden or absent document or version, `bad_request` (`CURSOR`),
 * `unavailable` (reasons `COMPARE_BUSY`, `COMPARE_LIMIT`)
 */
export async function compareVersions(
  ports: Pick<Ports, 'blobs' | 'catalog'>,
  access: Access,
  { comparer, ...wish }: CompareWish & { comparer: Comparer },
): Promise<VersionComparison> {
  requireScope(access.actor, 'read')
  const start = wish.cursor === undefined ? 0 : decode(wish.cursor)
  const from = await sideOf(ports, access, wish.fromId)
  const to = await sideOf(ports, access, wish.toId)
  // One may be of another document that the caller sees, too: of one that is almost the same.
  const isAbout = [from, to].some(({ version }) => version.documentId === wish.documentId)
  if (!isAbout) throw notFound()
  const isIdentical = from.version.digest === to.version.digest
  const [old, now] = [readable(from.text), readable(to.text)]
  if (old === undefined || now === undefined) return { from, to, isIdentical, basis: 'none' }
  const page = await comparer.page({
    // By version, not by content: how long it takes must not tell of other people's copies.
    key: [from.version.id, to.version.id, old, now].join(' '),
    slice: { start, ...(wish.fold && { fold: wish.fold }) },
    load: async () => ({
      from: await packedExtraction(ports.blobs, old),
      to: await packedExtraction(ports.blobs, now),
    }),
  })
  const isSheet = from.version.kind === 'sheet' && to.version.kind === 'sheet'
  return {
    from,
    to,
    isIdentical,
    basis: isSheet ? 'cells' : 'text',
    page,
    ...(page.next !== undefined && { nextCursor: encode(page.next) }),
  }
}

async function sideOf(
  ports: Pick<Ports, 'catalog'>,
  access: Access,
  id: string,
): Promise<ComparedVersion> {
  const { version } = await findVersion(ports, access, { id })
  return { version, text: textStateOf(await ports.catalog.derivations.shown(version.id)) }
}

/** Where the text lies, of a version that has some. */
const readable = ({ state, blobPath }: TextState): string | undefined =>
  state === 'ready' || state === 'partial' ? blobPath : undefined

const encode = (start: number): string => Buffer.from(`row ${start}`).toString('base64url')

function decode(cursor: string): number {
  const [, start] = /^row (\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (start !== undefined) return Number(start)
  throw new AppError('bad_request', 'This page marker is not one of this comparison.', {
    reason: 'CURSOR',
  })
}
