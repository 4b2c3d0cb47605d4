import { sql } from 'kysely'
import type { Journal, Level } from '../../core/ports/index.ts'
import type { Database } from './database.ts'

interface EndedRow {
  status: string
  reason: string
  count: number
  renewed: number
  times: number
}

/** How well uploads went, for the panel and the metrics. */
export const sqlLevel = (db: Database): Pick<Journal, 'level'> => ({
  async level({ after, until }, most): Promise<Level> {
    const { rows } = await sql<EndedRow>`
      select status, coalesce(error_reason, error_code, status) as reason, count(*) as count,
        sum(renewals > 0) as renewed, sum(renewals) as times from uploads
      where status in ('UPLOAD_COMPLETE', 'UPLOAD_FAILED', 'UPLOAD_EXPIRED')
        and updated_at > ${after} and updated_at <= ${until}
      group by 1, 2 order by count desc, reason`.execute(db.read)
    const { rows: files } = await sql<{ tookMs: number }>`
      select linked_at - created_at as tookMs from versions
      where linked_at > ${after} and linked_at <= ${until}
      order by linked_at desc limit ${most}`.execute(db.read)
    const isComplete = ({ status }: EndedRow) => status === 'UPLOAD_COMPLETE'
    const failed = rows.filter((row) => !isComplete(row))
    return {
      complete: sum(rows.filter(isComplete).map(({ count }) => count)),
      failed: failed.map(({ reason, count }) => ({ reason, count })),
      renewed: {
        uploads: sum(rows.map(({ renewed }) => renewed)),
        times: sum(rows.map(({ times }) => times)),
      },
      findable: findableOf(files.map(({ tookMs }) => tookMs)),
    }
  },
})

function findableOf(took: readonly number[]): Level['findable'] {
  const sorted = took.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
  const [p50Ms, p95Ms] = [at(0.5), at(0.95)]
  return {
    files: sorted.length,
    ...(p50Ms !== undefined && { p50Ms }),
    ...(p95Ms !== undefined && { p95Ms }),
  }
}

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0)
