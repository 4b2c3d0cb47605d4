import type { Visible } from '../../access/access.ts'

/** What happened: traces, errors, audit and the live events. */
export interface Journal {
  /** Writes finished spans in one transaction; an earlier span of the same operation is replaced. */
  traces(spans: readonly TraceRow[]): Promise<void>
  error(entry: ErrorRow): Promise<void>
  audit(entry: AuditEntry): Promise<void>
  /** Newest first. */
  auditPage(
    limit: number,
    cursor?: string,
  ): Promise<{ items: (AuditEntry & { id: number })[]; nextCursor?: string }>
  /** Spans by start, errors by time; both empty for a trace that left nothing. */
  trace(traceId: string): Promise<{ spans: TraceRow[]; errors: ErrorRow[] }>

  /** Events after `afterId` that concern `visible` chapters or this user, oldest first. */
  events(visible: Visible, userId: string, afterId: number, limit: number): Promise<EventRow[]>
  lastEventId(): Promise<number>
  /** Removes up to `limit` of what is older than `before`; returns how many. */
  prune(kind: 'events' | 'traces' | 'errors', before: number, limit: number): Promise<number>
}

export interface AuditEntry {
  at: number
  userId?: string
  action: string
  /** What it was done to: `document:<id>`, `book:<id>`, `user:<id>`, … */
  subject: string
  detail: Record<string, unknown>
  traceId: string
  address?: string
}

export interface TraceRow {
  traceId: string
  operation: string
  /** Who asked; absent for work of the box itself. */
  userId?: string
  status: string
  startedAt: number
  durationMs: number
}

export interface ErrorRow {
  traceId: string
  operation: string
  code: string
  reason?: string
  message: string
  stack?: string
  at: number
}

export interface EventRow {
  id: number
  at: number
  kind: 'job' | 'document' | 'upload' | 'share' | 'alarm'
  payload: Record<string, unknown>
}
