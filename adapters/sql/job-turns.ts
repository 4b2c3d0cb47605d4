import { type Kysely, sql } from 'kysely'
import type { Step } from '../../core/model/job.ts'
import type { Tx } from './database.ts'
import type { Schema } from './schema.ts'

/** What a worker asks for. */
export interface Wanted {
  steps: readonly Step[]
  leaseMs: number
  now: number
}

/** No failure puts a job off for longer: one that is further away was put off by a wrong clock. */
const MOST_AHEAD_MS = 2 * 60 * 60_000

/** The job to run next, if one is ready. */
export const nextId = async (db: Kysely<Schema>, wanted: Wanted) =>
  (await expired(db, wanted)) ?? (await nextInTurn(db, wanted))

/**
 * A job, not a replay, whose worker went silent; it goes first, because somebody waits for it longest. A lease that
 * ends later than any that is given now is one of a clock that was set back since.
 */
async function expired(
  db: Kysely<Schema>,
  { steps, leaseMs, now }: Wanted,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('jobs')
    .select('id')
    .where('state', '=', 'running')
    .where((is) => is.or([is('replay_id', 'is', null), is('version_id', 'is not', null)]))
    .where((is) => is.or([is('lease_until', '<', now), is('lease_until', '>', now + 2 * leaseMs)]))
    .where('step', 'in', [...steps])
    .limit(1)
    .executeTakeFirst()
  return row?.id
}

/** One index look-up per book that ever had work, so a book's backlog costs the others nothing. */
export async function nextInTurn(
  db: Kysely<Schema>,
  { steps, now }: Pick<Wanted, 'steps' | 'now'>,
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select j.id from job_turns t
    join jobs j on j.id = (
      select id from jobs
      where state = 'queued' and book_id = t.book_id
        and (run_at <= ${now} or run_at > ${now + MOST_AHEAD_MS})
        and step in (select value from json_each(${JSON.stringify(steps)}))
      order by priority desc, run_at limit 1)
    order by j.priority desc, t.served_at limit 1`.execute(db)
  return rows[0]?.id
}

/** Puts a book behind all others. */
export const takeTurn = (tx: Tx, bookId: string) =>
  sql`update job_turns set served_at = (select max(served_at) + 1 from job_turns)
      where book_id = ${bookId}`.execute(tx)
