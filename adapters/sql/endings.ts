import { sql } from 'kysely'
import type { Endings, Journal } from '../../core/ports/index.ts'
import type { Database } from './database.ts'

interface Ended {
  at: number
  tookMs: number
}

/** How uploads ended and when files became findable, for the metrics. */
export const sqlEndings = (db: Database): Pick<Journal, 'endings'> => ({
  async endings({ after, until }, most) {
    const { rows: uploads } = await sql<Ended & { status: string }>`
      select status, updated_at as at, updated_at - created_at as tookMs from uploads
      where status in ('UPLOAD_COMPLETE', 'UPLOAD_FAILED', 'UPLOAD_EXPIRED')
        and updated_at > ${after} and updated_at <= ${until}
      order by updated_at limit ${most}`.execute(db.read)
    const { rows: files } = await sql<Ended & { door: Endings['files'][number]['door'] }>`
      select door, linked_at as at, linked_at - created_at as tookMs from versions
      where linked_at > ${after} and linked_at <= ${until}
      order by linked_at limit ${most}`.execute(db.read)
    const told = Math.min(until, lastOf(uploads, most), lastOf(files, most))
    return {
      uploads: uploads
        .filter(({ at }) => at <= told)
        .map(({ status, tookMs }) => ({ outcome: outcomeOf(status), tookMs })),
      files: files.filter(({ at }) => at <= told).map(({ door, tookMs }) => ({ door, tookMs })),
      until: told,
    }
  },
})

/** A list that was cut says nothing of what comes after its last row. */
const lastOf = (rows: readonly Ended[], most: number): number =>
  rows.length < most ? Number.POSITIVE_INFINITY : (rows.at(-1)?.at ?? 0)

const outcomeOf = (status: string): Endings['uploads'][number]['outcome'] => {
  if (status === 'UPLOAD_COMPLETE') return 'complete'
  return status === 'UPLOAD_FAILED' ? 'failed' : 'expired'
}
