import type { Role, SessionUser } from './api-types.ts'

/** Shapes only administrators meet. */
export interface UserRow extends SessionUser {
  disabled: boolean
  created_at: number
}
export interface Group {
  id: string
  name: string
  is_everyone: boolean
  member_count: number
}
export interface Subject {
  kind: 'user' | 'group'
  id: string
  name: string
}
export interface Grant {
  id: string
  book_id: string
  chapter_id: string | null
  user_id: string | null
  group_id: string | null
  role: Role
  subject_name: string
}
export interface Folder {
  name: string
  path: string
  document_count: number
}
export interface ShareInput {
  name?: string
  path: string
  chapter_id: string
  exclude?: string[]
  settle_ms?: number
}
export interface Share {
  id: string
  name: string
  path: string
  chapter_id: string
  exclude: string[]
  settle_ms: number
  status: ShareStatus
}
export interface ShareStatus {
  mode: string
  last_scan_at: number | null
  files: number
  pending: number
  failed: number
  missing: number
  error: string | null
}
export interface ShareEntry {
  path: string
  state: string
  reason: string | null
  message: string | null
  document_id: string | null
}
export interface Usage {
  logical_bytes: number
  unique_bytes: number
  physical_bytes: number
  derived_bytes: number
  reclaimable_bytes: number
  saved_bytes: number
  saved_share: number
  documents: number
  versions: number
  blobs: number
  by_book: { id: string; name: string; logical_bytes: number; documents: number }[]
  disk: { total_bytes: number; free_bytes: number }
}
export interface AuditRow {
  id: string
  at: number
  actor: string
  action: string
  target: string | null
  detail: string | null
}
export interface Status {
  version: string
  embedder: { model: string; builtin: boolean }
  abilities: { name: string; available: boolean; how_to_enable: string | null }[]
  checks: { name: string; ok: boolean; message: string | null }[]
}
