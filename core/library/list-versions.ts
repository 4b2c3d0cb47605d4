import { type Access, includes, requireScope } from '../access/access.ts'
import { AppError, notFound } from '../errors.ts'
import type { ListedVersion, Ports } from '../ports/index.ts'
import { displayText } from '../share/display-path.ts'
import { rawPathOf } from '../share/raw-path.ts'
import { findDocument, findVersion } from './find-document.ts'
import { type TextState, textStateOf } from './text-state.ts'

/** A version in the history of its document, as its reader may see it. */
export interface HistoryEntry extends Pick<ListedVersion, 'version'> {
  text: TextState
  origin: Omit<ListedVersion['origin'], 'share'> & {
    /** `path` below the share's folder, for those who may change the document. */
    share?: { name: string; path?: string }
  }
}

/**
 * Versions of a document, newest first, a page at a time.
 *
 * @throws AppError `not_found`, `bad_request` (`CURSOR`)
 */
export async function listVersions(
  { catalog }: Pick<Ports, 'catalog'>,
  access: Access,
  wanted: { documentId: string; limit: number; cursor?: string },
): Promise<{ items: HistoryEntry[]; nextCursor?: string }> {
  requireScope(access.actor, 'read')
  const { documentId, limit, cursor } = wanted
  const { role } = await findDocument({ catalog }, access, { id: documentId })
  const rows = await catalog.history.page(access.visible, documentId, {
    limit: limit + 1,
    ...(cursor !== undefined && { before: decode(cursor) }),
  })
  const last = rows[limit - 1]
  // Where it lies in the share may say more than where it lies here.
  const seesPath = includes(role, 'contributor')
  return {
    items: rows.slice(0, limit).map((row) => entryOf(row, seesPath)),
    ...(rows.length > limit && last && { nextCursor: encode(last.version.number) }),
  }
}

/** One version as the history shows it. @throws AppError `not_found` */
export async function getVersion(
  ports: Pick<Ports, 'catalog'>,
  access: Access,
  id: string,
): Promise<HistoryEntry> {
  requireScope(access.actor, 'read')
  const { version, document } = await findVersion(ports, access, { id })
  const slice = { limit: 1, before: version.number + 1 }
  const [row] = await ports.catalog.history.page(access.visible, document.id, slice)
  if (!row) throw notFound()
  return entryOf(row, includes(document.role, 'contributor'))
}

function entryOf({ version, origin, steps }: ListedVersion, seesPath: boolean): HistoryEntry {
  const { share, ...rest } = origin
  const path = share && seesPath && displayText(rawPathOf(share.path))
  return {
    version,
    text: textStateOf(steps),
    origin: { ...rest, ...(share && { share: { name: share.name, ...(path && { path }) } }) },
  }
}

const encode = (number: number): string => Buffer.from(`version ${number}`).toString('base64url')

function decode(cursor: string): number {
  const [, number] = /^version (\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (number !== undefined) return Number(number)
  throw new AppError('bad_request', 'This page marker is not one of these versions.', {
    reason: 'CURSOR',
  })
}
