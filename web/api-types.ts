import type { Coverage, Locator } from '../core/model/locator.ts'

export type * from './api-admin-types.ts'

/** Shapes of the wire, as the server's OpenAPI document states them. Times are epoch ms. */
export type { Coverage, Locator }

export type Kind =
  | 'pdf'
  | 'document'
  | 'slides'
  | 'sheet'
  | 'text'
  | 'mail'
  | 'image'
  | 'audio'
  | 'video'
  | 'archive'
  | 'other'
export type Role = 'viewer' | 'contributor' | 'admin'
export type Understanding = 'waiting' | 'working' | 'ready' | 'partial' | 'no_text' | 'failed'
export type Scope = 'read' | 'write' | 'admin'
export type SortOrder = 'best' | 'exact' | 'newest'

export type OrgRole = 'member' | 'admin'

export interface Problem {
  title: string
  status: number
  code: string
  reason?: string
  message: string
  trace_id: string
  retry_after_ms?: number
}
export interface Page<T> {
  items: T[]
  next_cursor: string | null
}
export interface Ref {
  id: string
  name: string
}
export interface SessionUser {
  id: string
  username: string
  display_name: string
  org_role: 'member' | 'admin'
}
export interface Session {
  user: SessionUser
  scopes: Scope[]
  initial_password_unchanged?: boolean
}
export interface SessionRow {
  id: string
  created_at: number
  last_used_at: number
  user_agent: string | null
  current: boolean
}
export interface Token {
  id: string
  name: string
  scopes: Scope[]
  book_ids: string[] | null
  created_at: number
  expires_at: number | null
  last_used_at: number | null
}
export interface ChapterRow extends Ref {
  role: Role
  document_count: number
}
export interface Book extends Ref {
  role: Role | null
  created_at: number
  chapters: ChapterRow[]
}
export interface Version {
  id: string
  number: number
  size_bytes: number
  media_type: string
  kind: Kind
  created_by: Ref
  created_at: number
  door: 'web' | 'api' | 'share' | 'mail'
}
export interface DocumentRow extends Ref {
  folder: string
  book: Ref
  chapter: Ref
  role: Role
  current_version: Version
  version_count: number
  created_at: number
  updated_at: number
  trashed_at: number | null
  source_state: 'present' | 'missing' | null
  understanding: Understanding
  has_preview: boolean
}
export interface ProcessingStep {
  step: string
  state: 'waiting' | 'working' | 'done' | 'partial' | 'skipped' | 'failed'
  coverage: Coverage | null
  reason: string | null
  message: string | null
  duration_ms: number
  finished_at: number | null
}
export interface DocumentDetails {
  sha256: string
  word_count: number | null
  page_count: number | null
  language: string | null
  metadata: Record<string, string>
  coverage: (Coverage & { step: string })[]
  passages: number
}
export interface DocumentFull extends DocumentRow {
  details: DocumentDetails
  processing: ProcessingStep[]
  trace_id: string | null
  job_id: string | null
}
export interface TextPart {
  text: string
  locator: Locator
}
export interface TextPage {
  parts: TextPart[]
  coverage: Coverage | null
  next_cursor: string | null
}
export interface Hit {
  document_id: string
  version_id: string
  name: string
  book: Ref
  chapter: Ref
  folder: string
  media_type: string
  kind: Kind
  locator: Locator
  snippet: string
  /** Half-open `[start, end)` offsets into the snippet. */
  marks: number[][]
  why: ('words' | 'meaning' | 'name')[]
  updated_at: number
}
export interface Facets {
  kind: { value: Kind; count: number }[]
  book: (Ref & { count: number })[]
  changed: { value: 'week' | 'month' | 'year'; count: number }[]
}
export interface SearchPage {
  hits: Hit[]
  next_cursor: string | null
  total: number
  took_ms: number
  facets: Facets
  pending_documents: number
  embedder: { model: string; builtin: boolean }
}
export interface JobRow {
  id: string
  step: string
  state: 'blocked' | 'queued' | 'running' | 'done' | 'skipped' | 'dead'
  progress: number
  attempts: number
  error: { code: string; reason: string | null; message: string } | null
  document: { id: string; name: string; book: Ref; chapter: Ref } | null
  trace_id: string
  created_at: number
  updated_at: number
  steps: ProcessingStep[]
}

export interface JobStats {
  blocked: number
  queued: number
  running: number
  done: number
  skipped: number
  dead: number
  oldest_ready_ms: number
}
export interface Trace {
  spans: { operation: string; status: string; started_at: number; duration_ms: number }[]
  errors: { code: string; reason: string | null; message: string; operation: string; at: number }[]
}
export interface DocumentQuery {
  chapter?: string
  folder?: string
  q?: string
  trashed?: boolean
  sort?: 'name' | 'updated' | 'size'
  order?: 'asc' | 'desc'
  limit?: number
  cursor?: string
}
export interface SearchQuery {
  q: string
  book?: string[]
  chapter?: string[]
  type?: string[]
  from?: number
  to?: number
  limit?: number
  cursor?: string
  sort?: SortOrder
}
