import type { Visible } from '../../access/access.ts'

/** What happened: traces, errors, audit and the live events. */
export interface Journal {
  startTrace(trace: {
    traceId: string
    operation: string
    userId?: string
    startedAt: number
  }): Promise<void>
  endTrace(
    traceId: string,
    operation: string,
    end: { status: string; durationMs: number; endedAt: number },
  ): Promise<void>
  error(entry: {
    traceId: string
    operation: string
    code: string
    reason?: string
    message: string
    stack?: string
    at: number
  }): Promise<void>
  audit(entry: AuditEntry): Promise<void>
  /** Newest first. */
  auditPage(
    limit: number,
    cursor?: string,
  ): Promise<{ items: (AuditEntry & { id: number })[]; nextCursor?: string }>
  trace(traceId: string): Promise<TraceRow[]>

  /** Events after `afterId` that concern `visible` chapters or this user, oldest first. */
  events(visible: Visible, userId: string, afterId: number, limit: number): Promise<EventRow[]>
  lastEventId(): Promise<number>
  pruneEvents(before: number): Promise<void>
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
  status: string
  startedAt: number
  durationMs: number
}

export interface EventRow {
  id: number
  at: number
  kind: 'job' | 'document' | 'upload' | 'share'
  payload: Record<string, unknown>
}
