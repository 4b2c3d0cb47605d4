import type { Access } from '../access/access.ts'
import { AppError } from '../errors.ts'
import type { Ports, ShareEntry, ShareEntryState } from '../ports/index.ts'
import { displayText } from './display-path.ts'
import { rawPathOf } from './raw-path.ts'
import { findShare, requireShareKeeper } from './share-keeper.ts'

/** What was seen at one path of a share; `shown` is the path as text that is safe to show. */
export interface ListedEntry extends ShareEntry {
  shown: string
}

export interface EntriesWanted {
  shareId: string
  state?: ShareEntryState
  limit: number
  cursor?: string
}

/** One page of a share's files, by path. @throws AppError `forbidden`, `not_found`, `bad_request` */
export async function listShareEntries(
  ports: Pick<Ports, 'catalog'>,
  access: Access,
  { shareId, state, limit, cursor }: EntriesWanted,
): Promise<{ items: ListedEntry[]; nextCursor?: string }> {
  requireShareKeeper(access)
  await findShare(ports, shareId)
  const entries = await ports.catalog.shares.entries(shareId, {
    limit: limit + 1,
    ...(state && { state }),
    ...(cursor !== undefined && { afterPath: pathOfCursor(cursor) }),
  })
  const items = entries.slice(0, limit)
  const last = items.at(-1)
  return {
    items: items.map((entry) => ({ ...entry, shown: displayText(rawPathOf(entry.path)) })),
    ...(entries.length > limit &&
      last && { nextCursor: Buffer.from(last.path).toString('base64url') }),
  }
}

function pathOfCursor(cursor: string): Uint8Array {
  const path = Buffer.from(cursor, 'base64url')
  if (path.toString('base64url') === cursor) return path
  throw new AppError('bad_request', 'This cursor is not one of ours.', { reason: 'CURSOR' })
}
