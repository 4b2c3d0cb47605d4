import { type RawBuilder, sql } from 'kysely'
import type { Visible } from '../../core/access/access.ts'
import type { Digest } from '../../core/digest.ts'
import type { JobState, Step } from '../../core/model/job.ts'
import type { JobRow, Jobs } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { shownSteps } from './derivations.ts'
import { forgetReplayedFailures } from './queue-first.ts'
import { beside, isItsWork } from './told.ts'
import { tryAgain } from './try-again.ts'
import { isVisible } from './visible.ts'

/**
 * Jobs as people see them: one per version, its own `link` job, standing for all that is done to its
 * content, or replayed of it. So a person sees work on the own pointer only, never that a content was
 * known before.
 *
 * Triggers keep in each such job where it is seen (`chapter_id`) and as what (`shown`), so that pages
 * and counts come from one index, however many jobs are waiting or done.
 */
export const jobViews = (
  db: Database,
): Pick<Jobs, 'job' | 'list' | 'stats' | 'retryDead' | 'retryStep'> => ({
  async job(visible, id) {
    return (await withSteps(db, await viewOf(db, visible, sql`select ${id}`)))[0]
  },

  async list(visible, { states = JOB_STATES, limit, cursor }) {
    const before = cursor ? sql`and id < ${cursor}` : sql``
    // The newest of every chapter and state, and of those the newest.
    const page = sql`
      select j.id
      from (${chaptersIn(visible)}) c
      cross join json_each(${JSON.stringify(states)}) s
      cross join jobs j on j.id in (
        select id from jobs
        where chapter_id = c.id and shown = s.value ${before}
        order by id desc limit ${limit + 1})
      order by j.id desc limit ${limit + 1}`
    const rows = await viewOf(db, visible, page)
    const items = await withSteps(db, rows.slice(0, limit))
    const last = items.at(-1)
    return rows.length > limit && last ? { items, nextCursor: last.id } : { items }
  },

  async stats(visible) {
    const { rows } = await sql<{ shown: JobState; count: number }>`
      select shown, count(*) as count from jobs
      where shown is not null and ${isSeen(visible)}
      group by chapter_id, shown`.execute(db.read)
    const stats = { blocked: 0, queued: 0, running: 0, done: 0, skipped: 0, dead: 0 }
    for (const row of rows) stats[row.shown] += row.count
    return stats
  },

  retryStep: (visible, id, wanted, now) =>
    db.write(async (tx) => {
      const { rows } = await sql<{ digest: string; ownId: string }>`
        select digest, id as ownId from jobs
        where id = ${id} and state in ('done', 'skipped', 'dead') and version_id is not null
          and ${isSeen(visible)}`.execute(tx)
      let retried = 0
      for (const row of rows) if (await tryAgain(tx, { ...row, now, wanted })) retried++
      return retried
    }),

  retryDead: (visible, id, now) =>
    db.write(async (tx) => {
      const only = id === undefined ? sql`` : sql`and id = ${id}`
      const { rows } = await sql<{ digest: string; ownId: string }>`
        select digest, id as ownId from jobs
        where shown = 'dead' and ${isSeen(visible)} ${only}`.execute(tx)
      for (const row of rows) {
        if (await tryAgain(tx, { ...row, now })) continue
        await forgetReplayedFailures(tx, row.digest)
        await retryRefused(tx, row.digest, now)
        await sql`
          update jobs set state = 'queued', attempts = 0, course = '[]', run_at = ${now},
            updated_at = ${now}, error_code = null, error_reason = null, error_message = null
          where state = 'dead'
            and (id = ${row.ownId} or (digest = ${row.digest} and version_id is null))
        `.execute(tx)
      }
      return rows.length
    }),
})

/** Runs the step again that found the file itself at fault: a program may have come since. */
async function retryRefused(tx: Tx, digest: string, now: number): Promise<void> {
  const { rows } = await sql<{ step: string }>`
    delete from derivations
    where digest = ${digest} and step not in (${beside}) and state = 'failed'
    returning step`.execute(tx)
  for (const { step } of rows) {
    await sql`
      update jobs set state = 'queued', attempts = 0, course = '[]', run_at = ${now},
        updated_at = ${now}
      where id = (
        select max(id) from jobs
        where digest = ${digest} and step = ${step} and version_id is null and replay_id is null
          and state in ('done', 'skipped'))
        and not exists (
          select 1 from jobs k
          where k.digest = ${digest} and k.step = ${step} and k.version_id is null
            and k.replay_id is null and k.state in ('queued', 'running', 'dead'))`.execute(tx)
  }
}

const JOB_STATES: readonly JobState[] = ['blocked', 'queued', 'running', 'done', 'skipped', 'dead']

const chaptersIn = (visible: Visible) =>
  visible === 'all'
    ? sql`select id from chapters`
    : sql`select value as id from json_each(${JSON.stringify(visible)})`

/** Every chapter is named, also to those who see all: the index begins with it. */
const isSeen = (visible: Visible) => sql<boolean>`chapter_id in (${chaptersIn(visible)})`

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
 * The jobs that `page` names, newest first, with the step, progress and error of whatever stands
 * between the version and being findable: the content's running, waiting or dead job, in that order.
 */
async function viewOf(
  db: Database,
  visible: Visible,
  page: RawBuilder<unknown>,
): Promise<ViewRow[]> {
  const { rows } = await sql<ViewRow>`
    with page (id) as materialized (${page})
    select l.id, l.digest, l.step_version as stepVersion, l.version_id as versionId,
      l.book_id as bookId, l.trace_id as traceId, l.created_at as createdAt,
      max(l.updated_at, coalesce(w.updated_at, 0)) as updatedAt, l.shown as state,
      coalesce(w.step, f.step, l.step) as step,
      coalesce(w.attempts, l.attempts) as attempts,
      coalesce(w.progress, l.progress) as progress,
      coalesce(w.error_code, l.error_code, case when f.step is null then null else 'unsupported_type' end)
        as errorCode,
      coalesce(w.error_reason, l.error_reason, f.reason) as errorReason,
      coalesce(w.error_message, l.error_message, f.message) as errorMessage,
      d.id as documentId, d.name as documentName, b.name as bookName, c.name as chapterName
    from page
    cross join jobs l on l.id = page.id
    join versions v on v.id = l.version_id
    join documents d on d.id = v.document_id and d.trashed_at is null
    join chapters c on c.id = d.chapter_id
    join books b on b.id = c.book_id
    left join jobs w on w.id = (
      select id from jobs k
      where k.digest = l.digest and k.state in ('running', 'queued', 'dead') and ${isItsWork}
        and (l.state = 'blocked' or k.state = 'dead')
      order by case k.state when 'running' then 0 when 'queued' then 1 else 2 end, k.priority desc
      limit 1)
    left join derivations f on l.shown = 'dead' and w.id is null
      and f.digest = l.digest and f.state = 'failed' and f.step not in (${beside})
    where ${isVisible('d.chapter_id', visible)}
    order by l.id desc`.execute(db.read)
  return rows
}

async function withSteps(db: Database, rows: readonly ViewRow[]): Promise<JobRow[]> {
  const steps = await shownSteps(
    db,
    rows.map((row) => row.versionId),
  )
  return rows.map(({ errorCode, errorReason, errorMessage, ...row }) => ({
    ...row,
    ...(errorCode !== null && { errorCode }),
    ...(errorReason !== null && { errorReason }),
    ...(errorMessage !== null && { errorMessage }),
    steps: steps.get(row.versionId) ?? [],
  }))
}
