import { type Selectable, sql } from 'kysely'
import type {
  ErrorRow,
  Journal,
  Span,
  TracedVersion,
  TraceRow,
  TraceSummary,
} from '../../core/ports/index.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import type { Database, Tx } from './database.ts'
import type { Schema } from './schema.ts'
import { isVisible } from './visible.ts'

/** Longest stack that is kept, in characters. */
const MOST_STACK = 8_000

type Traces = Pick<
  Journal,
  'traces' | 'error' | 'trace' | 'tracePage' | 'tracedVersions' | 'overflow'
>

/** What requests did and what failed, by trace id. */
export const sqlTraces = (db: Database): Traces => ({
  traces: (spans) =>
    db.write(async (tx) => {
      for (const span of spans) await addSpan(tx, span)
    }),

  error: (entry) =>
    db.write(async (tx) => {
      await tx
        .insertInto('error_logs')
        .values({
          trace_id: entry.traceId,
          operation: entry.operation,
          code: entry.code,
          reason: entry.reason ?? null,
          message: withoutDigests(entry.message),
          stack: entry.stack === undefined ? null : withoutDigests(entry.stack),
          at: entry.at,
        })
        .execute()
    }),

  async trace(traceId) {
    const spans = await db.read
      .selectFrom('request_traces')
      .selectAll()
      .where('trace_id', '=', traceId)
      .orderBy('started_at')
      .execute()
    const errors = await db.read
      .selectFrom('error_logs')
      .selectAll()
      .where('trace_id', '=', traceId)
      .orderBy('id')
      .execute()
    return { spans: spans.map(rowOf), errors: errors.map(errorOf) }
  },

  async tracePage({ only, limit, cursor }) {
    const order = `traces-${only ?? 'all'}`
    const after = cursor === undefined ? undefined : decodeCursor(cursor, order)
    const rows = await summaries(db, {
      only: ONLY[only ?? 'all'],
      limit: limit + 1,
      ...(after && { after: { at: Number(after.key), traceId: String(after.id) } }),
    })
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    // A trace with several slow operations is one line of its page.
    const items = [...new Map(page.map((row) => [row.traceId, summaryOf(row)])).values()]
    if (rows.length <= limit || !last) return { items }
    return { items, nextCursor: encodeCursor({ order, key: last.listedAt, id: last.traceId }) }
  },

  async tracedVersions(visible, traceId, limit) {
    const rows = await db.read
      .selectFrom('versions as v')
      .innerJoin('documents as d', 'd.id', 'v.document_id')
      .select(['v.id', 'v.document_id', 'd.name', 'v.created_at', 'v.linked_at'])
      .where('v.trace_id', '=', traceId)
      .where(isVisible('d.chapter_id', visible))
      .orderBy('v.id')
      .limit(limit)
      .execute()
    return rows.map(
      (row): TracedVersion => ({
        versionId: row.id,
        documentId: row.document_id,
        name: row.name,
        createdAt: row.created_at,
        ...(row.linked_at !== null && { linkedAt: row.linked_at }),
      }),
    )
  },

  async overflow(kind, most) {
    const { rows } = await sql<{ at: number }>`${OLDEST_OF[kind](most)}`.execute(db.read)
    return rows[0]?.at
  },
})

const ONLY = {
  all: sql<boolean>`is_first = 1`,
  failed: sql<boolean>`failed > 0`,
  slow: sql<boolean>`duration_ms >= 2000`,
}

const OLDEST_OF = {
  traces: (most: number) =>
    sql`select started_at as at from request_traces order by started_at desc limit 1 offset ${most}`,
  errors: (most: number) => sql`select at from error_logs order by at desc limit 1 offset ${most}`,
}

/** No message of ours names a content; those of the system may name its file. */
const withoutDigests = (text: string): string =>
  text.slice(0, MOST_STACK).replaceAll(/[0-9a-f]{64}/gi, '…')

const hasFailed = ({ status }: Span): boolean => status === 'failed' || Number(status) >= 400

async function addSpan(tx: Tx, span: Span): Promise<void> {
  const failed = hasFailed(span) ? 1 : 0
  const endedAt = span.startedAt + span.durationMs
  // Trace ids come from outside: nobody changes the row of somebody else.
  await sql`
    insert into request_traces (trace_id, operation, user_id, status, started_at, ended_at,
      duration_ms, failed, busy_ms, is_first)
    values (${span.traceId}, ${span.operation}, ${span.userId ?? null}, ${span.status},
      ${span.startedAt}, ${endedAt}, ${span.durationMs}, ${failed}, ${span.durationMs},
      not exists (select 1 from request_traces where trace_id = ${span.traceId}))
    on conflict (trace_id, operation) do update set
      status = excluded.status,
      started_at = min(started_at, excluded.started_at),
      ended_at = max(ended_at, excluded.ended_at),
      duration_ms = max(ended_at, excluded.ended_at) - min(started_at, excluded.started_at),
      calls = calls + 1,
      failed = failed + excluded.failed,
      busy_ms = busy_ms + excluded.busy_ms
    where user_id is excluded.user_id`.execute(tx)
}

interface SummaryTable {
  traceId: string
  operation: string
  status: string
  userId: string | null
  listedAt: number
  startedAt: number
  endedAt: number
  calls: number
  failedCalls: number
}

/** Every listed row with the sums of its whole trace. */
async function summaries(
  db: Database,
  wish: {
    only: (typeof ONLY)[keyof typeof ONLY]
    limit: number
    after?: { at: number; traceId: string }
  },
): Promise<SummaryTable[]> {
  const { at = Number.MAX_SAFE_INTEGER, traceId = '' } = wish.after ?? {}
  const { rows } = await sql<SummaryTable>`
    with listed as (
      select trace_id, operation, status, user_id, started_at from request_traces
      where ${wish.only} and started_at <= ${at} and (started_at < ${at} or trace_id < ${traceId})
      order by started_at desc, trace_id desc limit ${wish.limit})
    select l.trace_id as traceId, l.operation, l.status, l.user_id as userId,
      l.started_at as listedAt, min(t.started_at) as startedAt, max(t.ended_at) as endedAt,
      sum(t.calls) as calls, sum(t.failed) as failedCalls
    from listed l join request_traces t on t.trace_id = l.trace_id
    group by l.trace_id, l.operation
    order by l.started_at desc, l.trace_id desc`.execute(db.read)
  return rows
}

const summaryOf = (row: SummaryTable): TraceSummary => ({
  traceId: row.traceId,
  operation: row.operation,
  status: row.status,
  ...(row.userId !== null && { userId: row.userId }),
  startedAt: row.startedAt,
  durationMs: row.endedAt - row.startedAt,
  calls: row.calls,
  failedCalls: row.failedCalls,
})

const rowOf = (row: Selectable<Schema['request_traces']>): TraceRow => ({
  traceId: row.trace_id,
  operation: row.operation,
  ...(row.user_id !== null && { userId: row.user_id }),
  status: row.status ?? '',
  startedAt: row.started_at,
  durationMs: row.duration_ms ?? 0,
  calls: row.calls,
  failedCalls: row.failed,
  busyMs: row.busy_ms,
})

const errorOf = (row: Selectable<Schema['error_logs']>): ErrorRow => ({
  traceId: row.trace_id,
  operation: row.operation,
  code: row.code,
  ...(row.reason !== null && { reason: row.reason }),
  message: row.message,
  ...(row.stack !== null && { stack: row.stack }),
  at: row.at,
})
