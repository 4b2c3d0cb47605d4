import { type Kysely, type RawBuilder, sql } from 'kysely'
import { laneOf, type Step } from '../../core/model/job.ts'
import { WORDS_PRIORITY } from '../../core/pipeline/order.ts'
import type { Tx } from './database.ts'
import type { Schema } from './schema.ts'

/** What a worker asks for. */
export interface Wanted {
  steps: readonly Step[]
  leaseMs: number
  now: number
  /** Replays of these steps that may be under way at a time. */
  replays: number
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

/**
 * Lanes work on beside replays, but of many that came at once no more are under way at a time than
 * would have been worked on.
 */
async function nextInTurn(db: Kysely<Schema>, wanted: Wanted): Promise<string | undefined> {
  const isFull = (await replaysUnderWay(db, wanted)) >= wanted.replays
  return firstOf(
    db,
    wanted,
    isFull ? sql`and (version_id is not null or replay_id is null)` : sql``,
  )
}

/**
 * The replay to begin when another one ended: in the lane that it would have held, something would
 * begin now.
 */
export async function nextReplay(
  db: Kysely<Schema>,
  wanted: Omit<Wanted, 'leaseMs'>,
): Promise<string | undefined> {
  if ((await replaysUnderWay(db, wanted)) >= wanted.replays) return undefined
  return firstOf(db, wanted, sql`and version_id is null and replay_id is not null`)
}

/**
 * Steps for words first, and among them each book in its turn with what is most urgent in it: how far
 * along others are, or how small their files, keeps nobody waiting. One index look-up per book that
 * ever had work, so a book's backlog costs the others nothing, nor does what waits for other lanes.
 */
async function firstOf(
  db: Kysely<Schema>,
  { steps, now }: Pick<Wanted, 'steps' | 'now'>,
  kind: RawBuilder<unknown>,
): Promise<string | undefined> {
  const lanes = [...new Set(steps.map((step) => (laneOf(step) === 'heavy' ? 1 : 0)))]
  const { rows } = await sql<{ id: string }>`
    select j.id from job_turns t
    cross join json_each(${JSON.stringify(lanes)}) lane
    join jobs j on j.id = (
      select id from jobs
      where state = 'queued' and is_heavy = lane.value and book_id = t.book_id ${kind}
        and (run_at <= ${now} or run_at > ${now + MOST_AHEAD_MS})
        and step in (select value from json_each(${JSON.stringify(steps)}))
      order by priority desc, run_at limit 1)
    order by j.priority >= ${WORDS_PRIORITY} desc, t.served_at, j.priority desc limit 1`.execute(db)
  return rows[0]?.id
}

async function replaysUnderWay(
  db: Kysely<Schema>,
  { steps }: Pick<Wanted, 'steps'>,
): Promise<number> {
  const { count } = await db
    .selectFrom('jobs')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', '=', sql.lit('running'))
    .where('version_id', 'is', null)
    .where('replay_id', 'is not', null)
    .where('step', 'in', [...steps])
    .executeTakeFirstOrThrow()
  return count
}

/** Puts a book behind all others. */
export const takeTurn = (tx: Tx, bookId: string) =>
  sql`update job_turns set served_at = (select max(served_at) + 1 from job_turns)
      where book_id = ${bookId}`.execute(tx)
