import { type Kysely, sql } from 'kysely'
import type { CopyFigures, ShownCopy } from '../../core/ports/index.ts'
import { isIn } from './pointers.ts'
import type { Schema } from './schema.ts'

/** See `Copies.shown`. */
export async function shownCopies(
  db: Kysely<Schema>,
  versionIds: readonly string[],
): Promise<Map<string, ShownCopy[]>> {
  const rows = await db
    .selectFrom('versions as v')
    .innerJoin('providers as p', (join) => join.onTrue())
    .leftJoin('provider_uploads as u', (join) =>
      join.onRef('u.blob_id', '=', 'v.blob_id').onRef('u.provider', '=', 'p.name'),
    )
    .select(['v.id', 'p.name as provider', 'u.state', 'u.key', 'u.checksum'])
    .select(['u.verified_at as verifiedAt', 'u.updated_at as updatedAt'])
    .select(['v.created_at as createdAt', 'v.linked_at as linkedAt'])
    .where(isIn('v.id', versionIds))
    .orderBy('p.name')
    .execute()
  const shown = new Map<string, ShownCopy[]>()
  for (const row of rows) shown.set(row.id, [...(shown.get(row.id) ?? []), shownCopy(row)])
  return shown
}

interface SeenRow {
  provider: string
  state: ShownCopy['state'] | null
  key: string | null
  checksum: string | null
  verifiedAt: number | null
  updatedAt: number | null
  createdAt: number
  linkedAt: number | null
}

/** What was seen before the version was there is not told of. */
function shownCopy({ provider, state, key, checksum, verifiedAt, ...times }: SeenRow): ShownCopy {
  const { createdAt, linkedAt, updatedAt } = times
  const isTold = linkedAt !== null && updatedAt !== null && updatedAt >= createdAt
  if (isTold && state === 'failed') return { provider, state }
  if (!isTold || key === null || verifiedAt === null || verifiedAt < createdAt) {
    return { provider, state: 'waiting' }
  }
  // Never earlier than the moment from which it is told.
  const told = { key, verifiedAt: Math.max(verifiedAt, linkedAt) }
  return { provider, state: 'stored', ...told, ...(checksum !== null && { checksum }) }
}

interface FiguresRow {
  provider: string
  waiting: number
  stored: number
  failed: number
  storedBytes: number
  waitingBytes: number
  lastVerifiedAt: number | null
  oldestVerifiedAt: number | null
  lastError: string | null
}

export async function figuresOf(db: Kysely<Schema>): Promise<CopyFigures[]> {
  const { rows } = await sql<FiguresRow>`
    select p.name as provider,
      coalesce(max(t.copies) filter (where t.state = 'waiting'), 0) as waiting,
      coalesce(max(t.copies) filter (where t.state = 'stored'), 0) as stored,
      coalesce(max(t.copies) filter (where t.state = 'failed'), 0) as failed,
      coalesce(max(t.bytes) filter (where t.state = 'stored'), 0) as storedBytes,
      coalesce(max(t.bytes) filter (where t.state = 'waiting'), 0) as waitingBytes,
      (select max(u.verified_at) from provider_uploads u
        where u.provider = p.name and u.verified_at is not null) as lastVerifiedAt,
      (select min(u.verified_at) from provider_uploads u
        where u.provider = p.name and u.verified_at is not null) as oldestVerifiedAt,
      (select u.error from provider_uploads u
        where u.provider = p.name and u.error is not null
        order by u.updated_at desc limit 1) as lastError
    from providers p
    left join provider_totals t on t.provider = p.name
    group by p.name order by p.name`.execute(db)
  return rows.map(({ lastVerifiedAt, oldestVerifiedAt, lastError, ...counts }) => ({
    ...counts,
    ...(lastVerifiedAt !== null && { lastVerifiedAt }),
    ...(oldestVerifiedAt !== null && { oldestVerifiedAt }),
    ...(lastError !== null && { lastError }),
  }))
}
