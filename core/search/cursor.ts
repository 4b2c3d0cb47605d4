import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'

/** A marker for the page that begins with hit `offset` of this query. */
export const encodeCursor = (query: object, offset: number): string =>
  Buffer.from(`${offset} ${fingerprint(query)}`).toString('base64url')

/**
 * Where the page begins that the query's own marker names; 0 without one.
 *
 * @throws AppError `bad_request` (reason `CURSOR`) when it is the marker of another query
 */
export function decodeCursor(query: { cursor?: string }): number {
  if (query.cursor === undefined) return 0
  const text = Buffer.from(query.cursor, 'base64url').toString()
  const [, offset, mark] = /^(\d{1,6}) (\w+)$/.exec(text) ?? []
  if (offset !== undefined && mark === fingerprint(query)) return Number(offset)
  throw new AppError('bad_request', 'This page marker is not one of this search.', {
    reason: 'CURSOR',
  })
}

/** What makes two searches the same but for their pages. */
function fingerprint(query: object): string {
  const { cursor: _, limit: __, ...rest } = query as Record<string, unknown>
  const sorted = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16)
}
