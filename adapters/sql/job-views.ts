import { type RawBuilder, sql } from 'kysely'
import type { Visible } from '../../core/access/access.ts'
import type { Digest } from '../../core/digest.ts'
import type { JobState, Step } from '../../core/model/job.ts'
import type { DerivationRow, JobRow, Jobs } from '../../core/ports/index.ts'
import type { Database } from './database.ts'
import { stepsOf } from './derivations.ts'
import { isVisible } from './visible.ts'

/**
 * Jobs as people see them: one per version, its own `link` job, standing for all that is done to its
 * content. So a person sees work on the own pointer only, never that a content was known before.
 */
export const jobViews = (db: Database): Pick<Jobs, 'job' | 'list' | 'stats' | 'retryDead'> => ({
  async job(visible, id) {
    const { rows } = await sql<ViewRow>`
      select * from (${VIEW(visible)}) where id = ${id}`.execute(db.read)
    return (await withSteps(db, rows))[0]
  },

  async list(visible, { states, limit, cursor }) {
    const before = cursor ? sql`and id < ${cursor}` : sql``
    const inStates = states
      ? sql`and state in (select value from json_each(${JSON.stringify(states)}))`
      : sql``
    const { rows } = await sql<ViewRow>`
      select * from (${VIEW(visible)}) where true ${before} ${inStates}
      order by id desc limit ${limit + 1}`.execute(db.read)
    const items = await withSteps(db, rows.slice(0, limit))
    const last = items.at(-1)
    return rows.length > limit && last ? { items, nextCursor: last.id } : { items }
  },

  async stats(visible) {
    const { rows } = await sql<{ state: JobState; count: number }>`
      select state, count(*) as count from (${VIEW(visible)}) group by state`.execute(db.read)
    const stats = { blocked: 0, queued: 0, running: 0, done: 0, skipped: 0, dead: 0 }
    for (const row of rows) stats[row.state] = row.count
    return stats
  },

  retryDead: (visible, id, now) =>
    db.write(async (tx) => {
      const only = id === undefined ? sql`` : sql`and id = ${id}`
      const { rows } = await sql<{ digest: string; ownId: string }>`
        select digest, id as ownId from (${VIEW(visible)}) where state = 'dead' ${only}`.execute(tx)
      for (const row of rows) {
        await sql`
          update jobs set state = 'queued', attempts = 0, run_at = ${now}, updated_at = ${now},
            error_code = null, error_reason = null, error_message = null
          where state = 'dead'
            and (id = ${row.ownId} or (digest = ${row.digest} and version_id is null))
        `.execute(tx)
      }
      return rows.length
    }),
})

interface ViewRow {
  id: string
  digest: Digest
  stepVersion: number
  versionId: string
  bookId: string
  state: JobState
  step: Step
  attempts: number
  progress: number
  errorCode: string | null
  errorReason: string | null
  errorMessage: string | null
  traceId: string
  createdAt: number
  updatedAt: number
  documentId: string
  documentName: string
  bookName: string
  chapterName: string
}

/**
 * `link` jobs with the state, step, progress and error of whatever stands between the version and
 * being findable: the content's running, waiting or dead job, in that order.
 */
const VIEW = (visible: Visible): RawBuilder<ViewRow> => sql`
  select l.id, l.digest, l.step_version as stepVersion, l.version_id as versionId,
    l.book_id as bookId, l.trace_id as traceId, l.created_at as createdAt,
    max(l.updated_at, coalesce(w.updated_at, 0)) as updatedAt,
    case
      when w.state = 'dead' and l.state in ('done', 'blocked') then 'dead'
      when l.state = 'blocked' then coalesce(w.state, 'queued')
      when l.state = 'done' and exists (
        select 1 from derivations x where x.digest = l.digest and x.state = 'skipped'
          and x.step in ('probe', 'extract')) then 'skipped'
      else l.state
    end as state,
    coalesce(w.step, l.step) as step,
    coalesce(w.attempts, l.attempts) as attempts,
    coalesce(w.progress, l.progress) as progress,
    coalesce(w.error_code, l.error_code) as errorCode,
    coalesce(w.error_reason, l.error_reason) as errorReason,
    coalesce(w.error_message, l.error_message) as errorMessage,
    d.id as documentId, d.name as documentName, b.name as bookName, c.name as chapterName
  from jobs l
  join versions v on v.id = l.version_id
  join documents d on d.id = v.document_id and d.trashed_at is null
  join chapters c on c.id = d.chapter_id
  join books b on b.id = c.book_id
  left join jobs w on w.id = (
    select id from jobs k
    where k.digest = l.digest and k.version_id is null and k.state in ('running', 'queued', 'dead')
      and (l.state = 'blocked' or k.state = 'dead')
    order by case k.state when 'running' then 0 when 'queued' then 1 else 2 end, k.priority desc
    limit 1)
  where l.version_id is not null and ${isVisible('d.chapter_id', visible)}`

async function withSteps(db: Database, rows: readonly ViewRow[]): Promise<JobRow[]> {
  const steps = new Map<string, DerivationRow[]>()
  for (const step of await stepsOf(db, [...new Set(rows.map((row) => row.digest))])) {
    steps.set(step.digest, [...(steps.get(step.digest) ?? []), step])
  }
  return rows.map(({ errorCode, errorReason, errorMessage, ...row }) => ({
    ...row,
    ...(errorCode !== null && { errorCode }),
    ...(errorReason !== null && { errorReason }),
    ...(errorMessage !== null && { errorMessage }),
    steps: steps.get(row.digest) ?? [],
  }))
}
