import type { Visible } from '../../access/access.ts'
import type { ExportedEntry } from '../../audit/export.ts'
import type { Head } from '../../audit/seal.ts'
import type { ActDoor } from '../../model/actor.ts'
import type { Door } from '../../model/library.ts'

/** What happened: traces, errors, audit and the live events. */
export interface Journal {
  /**
   * Adds finished spans, in one transaction. Calls of one operation in one trace are one row, however
   * many: a file in a thousand parts is a few rows. Of somebody else's row nothing is changed.
   */
  traces(spans: readonly Span[]): Promise<void>
  /** Writes down a failure; what could be a digest is left out. */
  error(entry: ErrorRow): Promise<void>
  /** Entries are sealed in their order of writing, in the transaction that writes them. */
  audit(entry: AuditEntry): Promise<void>
  /** Several in one transaction. */
  auditAll(entries: readonly AuditEntry[]): Promise<void>
  /** Newest first. */
  auditPage(
    limit: number,
    cursor?: string,
    filter?: AuditFilter,
  ): Promise<{ items: AuditRow[]; nextCursor?: string }>
  /** Entries after `afterId` with their seals, oldest first; without a filter, all of them. */
  sealed(afterId: number, limit: number, filter?: AuditFilter): Promise<ExportedEntry[]>
  /** Where the chain is now; undefined before the first entry. */
  auditHead(): Promise<Head | undefined>
  /** Spans by start, errors by time; both empty for a trace that left nothing. */
  trace(traceId: string): Promise<{ spans: TraceRow[]; errors: ErrorRow[] }>
  /** Traces by when they began, the newest first. */
  tracePage(wish: TraceWish): Promise<{ items: TraceSummary[]; nextCursor?: string }>
  /** Up to `limit` versions that came with a trace, in the chapters that are visible. */
  tracedVersions(visible: Visible, traceId: string, limit: number): Promise<TracedVersion[]>

  /** Events after `afterId` that concern `visible` chapters or this user, oldest first. */
  events(visible: Visible, userId: string, afterId: number, limit: number): Promise<EventRow[]>
  lastEventId(): Promise<number>
  /** Removes up to `limit` of what is older than `before`; returns how many. */
  prune(kind: 'events' | 'traces' | 'errors', before: number, limit: number): Promise<number>
  /**
   * What ended in the time after `after`, up to and with `until`, or an earlier moment when that were
   * more than `most` of a kind: the moment up to which it is told.
   */
  endings(time: { after: number; until: number }, most: number): Promise<Endings>
  /**
   * How uploads went that ended in the time after `after`, up to and with `until`, and how long files
   * took to become findable in it; times are of the newest `most` files.
   */
  level(time: { after: number; until: number }, most: number): Promise<Level>
  /** When the newest `most` rows begin: what is older may go. Undefined while there are no more. */
  overflow(kind: 'traces' | 'errors', most: number): Promise<number | undefined>
}

/** A call that is over. */
export interface Span {
  traceId: string
  operation: string
  /** Who asked; absent for work of the box itself. */
  userId?: string
  /** The HTTP status, or `ok` and `failed` for what a browser did by itself. */
  status: string
  startedAt: number
  durationMs: number
}

/** All calls of one operation in a trace. */
export interface TraceRow extends Span {
  calls: number
  failedCalls: number
  /** Sum of the calls' own durations; `durationMs` is from the first start to the last end. */
  busyMs: number
}

/** `failed`: with a call that failed. `slow`: with an operation that took two seconds or more. */
export interface TraceWish {
  only?: 'failed' | 'slow'
  limit: number
  cursor?: string
}

/** A trace in a list. */
export interface TraceSummary {
  traceId: string
  /** The operation that it is listed for: the first, or the one that failed or was slow. */
  operation: string
  status: string
  userId?: string
  startedAt: number
  /** From the trace's first start to its last end. */
  durationMs: number
  calls: number
  failedCalls: number
}

/** Uploads that ended, and files that became findable. */
export interface Endings {
  uploads: { outcome: 'complete' | 'failed' | 'expired'; tookMs: number }[]
  files: { door: Door; tookMs: number }[]
  until: number
}

/** How well uploads went in a time. */
export interface Level {
  complete: number
  /** Most first; `UPLOAD_EXPIRED` is one of the reasons. */
  failed: { reason: string; count: number }[]
  /** Uploads that ended, and those of them whose address was made anew at least once. */
  renewed: { uploads: number; times: number }
  /** From stored to findable, in milliseconds. */
  findable: { files: number; p50Ms?: number; p95Ms?: number }
}

/** A version that came with a trace. */
export interface TracedVersion {
  versionId: string
  documentId: string
  name: string
  createdAt: number
  /** Findable since. */
  linkedAt?: number
}

/** Which audit entries are meant: those to which all of it applies. */
export interface AuditFilter {
  userId?: string
  /** `document.read`, or `document` for every action on documents. */
  action?: string
  /** `book:<id>`, a kind of subject (`book`), or a part of a name or place. */
  subject?: string
  /** `box` for what the box did of itself. */
  door?: ActDoor | 'box'
  address?: string
  /** Epoch ms, from and before. */
  from?: number
  to?: number
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
  door?: ActDoor
}

/** An entry as it was written down. */
export interface AuditRow extends AuditEntry {
  id: number
  /** What the subject was called when it happened, with its folder; absent for what has no name. */
  subjectName?: string
  /** The book and chapter that it lay in, then. */
  subjectPlace?: string
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
