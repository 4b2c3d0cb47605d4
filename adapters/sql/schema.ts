import type { Generated, GeneratedAlways } from 'kysely'
import type { ActDoor } from '../../core/model/actor.ts'
import type { OnConflict } from '../../core/model/library.ts'
import type { ArchiveTables } from './schema-archives.ts'

/** Rows as they lie in the catalog; columns and their meaning are in the migrations. */
export interface Schema extends ArchiveTables {
  settings: { key: string; value: string }
  users: {
    id: string
    username: string
    username_key: string
    display_name: string
    org_role: 'member' | 'admin'
    password_hash: string | null
    disabled_at: number | null
    quota_bytes: number | null
    used_bytes: Generated<number>
    created_at: number
    directory: Generated<string | null>
    object_id: Generated<string | null>
    left_at: Generated<number | null>
    left_why: Generated<'disabled' | 'gone' | null>
    seen_at: Generated<number | null>
    good_until: Generated<number | null>
    second_step_at: Generated<number | null>
    sealed_grant: Generated<string | null>
  }
  second_steps: { user_id: string; sealed: string; made_at: number; used_step: Generated<number> }
  recovery_codes: { user_id: string; code_hash: string; used_at: number | null }
  groups: {
    id: string
    name: string
    name_key: string
    is_everyone: number
    created_at: number
    directory: Generated<string | null>
    object_id: Generated<string | null>
    gone_at: Generated<number | null>
    org_role: Generated<'admin' | null>
  }
  group_members: { group_id: string; user_id: string }
  sessions: {
    id: string
    id_hash: string
    user_id: string
    created_at: number
    last_used_at: number
    expires_at: number
    idle_ms: number
    user_agent: string
    address: string
  }
  see_as: {
    session_id: string
    user_id: string
    started_at: number
    ends_at: number
    /** That its end by time is in the audit. */
    end_told: Generated<number>
  }
  tokens: {
    id: string
    token_hash: string
    user_id: string
    name: string
    scopes: string
    book_ids: string | null
    created_at: number
    expires_at: number | null
    last_used_at: number | null
  }
  directories: {
    id: string
    tried_at: number | null
    synced_at: number | null
    took_ms: number | null
    people: Generated<number>
    groups: Generated<number>
    reason: string | null
    message: string | null
    stopped: string | null
  }
  books: {
    id: string
    name: string
    name_key: string
    is_private: Generated<number>
    may_leave: Generated<number>
    type_rule: string | null
    created_at: number
  }
  chapters: {
    id: string
    book_id: string
    name: string
    name_key: string
    on_conflict: OnConflict | null
    created_at: number
  }
  revisions: { id: number; shelves: number; rights: number }
  grants: {
    id: string
    book_id: string
    chapter_id: string | null
    user_id: string | null
    group_id: string | null
    role: 'viewer' | 'contributor' | 'admin'
    created_at: number
  }
  blobs: {
    id: Generated<number>
    tag: string
    digest: string
    path: string
    size_bytes: number
    refs: Generated<number>
    zero_since: number | null
    idle_since_ms: number | null
    idle_round: number | null
    state: Generated<'fresh' | 'live' | 'damaged'>
    media_type: Generated<string>
    kind: Generated<string>
    created_at: number
  }
  blob_intents: { path: string; created_at: number }
  blob_reaps: { path: string }
  box_clock: {
    id: number
    boot: string
    steady_ms: number
    elapsed_ms: number
    round: number
    round_ms: number
  }
  leases: {
    id: string
    blob_id: number | null
    job_id: string | null
    note: string
    created_at: number
    expires_ms: number | null
  }
  store_alarms: { kind: string; raised_at: number; detail: string }
  documents: {
    id: string
    chapter_id: string
    folder: string
    name: string
    current_version_id: string
    created_by: string
    created_at: number
    updated_at: number
    trashed_at: number | null
    trashed_by: string | null
    source_state: 'present' | 'missing' | null
    ready_tag: Generated<string | null>
  }
  versions: {
    id: string
    document_id: string
    number: number
    blob_id: number
    size_bytes: number
    created_by: string
    created_at: number
    door: 'web' | 'api' | 'share' | 'mail'
    linked_at: number | null
    replay_id: Generated<string | null>
    parent_version_id: string | null
    parent_index: number | null
    trace_id: string
  }
  version_origins: {
    version_id: string
    share_id: string | null
    share_name: string | null
    path: Uint8Array | null
    restored_from: number | null
  }
  uploads: {
    id: string
    user_id: string
    chapter_id: string
    folder: string
    name: string
    on_conflict: string
    declared_digest: string | null
    declared_size: number
    part_bytes: number | null
    status: string
    token_hash: string | null
    credential_id: string | null
    url_expires_at: number | null
    received_digest: string | null
    document_id: string | null
    version_id: string | null
    job_id: string | null
    error: string | null
    error_code: string | null
    error_reason: string | null
    renewals: Generated<number>
    direct_key: string | null
    swept_bytes: number | null
    dismissed_at: number | null
    idempotency_key: string | null
    trace_id: string
    created_at: number
    updated_at: number
  }
  holder_changes: { tag: string; changes: Generated<number> }
  prober_alarms: {
    user_id: string
    raised_at: number
    requests: number
    cleared_at: number | null
  }
  upload_parts: { upload_id: string; number: number; size_bytes: number; received_at: number }
  upload_challenges: {
    id: string
    upload_id: string
    user_id: string
    holder: string
    nonce: Uint8Array
    seed: Uint8Array
    kind: 'full' | 'strata'
    used_at: number | null
    is_passed: Generated<number>
    expires_at: number
  }
  providers: { name: string }
  provider_uploads: {
    blob_id: number
    provider: string
    state: 'waiting' | 'stored' | 'failed'
    size_bytes: number
    key: string
    checksum: string | null
    error: string | null
    attempts: Generated<number>
    run_at: number
    lease_until: number | null
    send_ms: Generated<number>
    verified_at: number | null
    updated_at: number
  }
  provider_totals: {
    provider: string
    state: 'waiting' | 'stored' | 'failed'
    copies: number
    bytes: number
  }
  provider_reaps: { provider: string; key: string; run_at: number }
  step_units: {
    digest: string
    step: string
    step_version: number
    made_by: Generated<string>
    unit: number
    state: 'asked' | 'begun' | 'done' | 'failed'
    tries: Generated<number>
    body: Generated<string>
  }
  derivations: {
    digest: string
    step: string
    step_version: number
    state: 'done' | 'partial' | 'skipped' | 'failed'
    coverage: string | null
    facts: string
    blob_id: number | null
    reason: string | null
    message: string | null
    next: Generated<string>
    course: Generated<string>
    duration_ms: number
    finished_at: number
  }
  spaces: {
    id: string
    kind: 'text' | 'picture'
    model: string
    dimension: number
    pooling: 'mean' | 'cls' | 'none'
    state: 'building' | 'active' | 'old' | 'dropped'
    contents: Generated<number>
    failed: Generated<number>
    created_at: number
    active_at: number | null
  }
  space_vectors: {
    digest: string
    space_id: string
    state: 'working' | 'done' | 'failed'
    token: string
    blob_id: number | null
    rows: Generated<number>
    message: string | null
  }
  near_contents: {
    id: Generated<number>
    digest: string
    kind: 'text' | 'picture'
    signature: Uint8Array
  }
  near_bands: { band: number; content_id: number }
  replayed_steps: { replay_id: string; step: string; finished_at: number }
  jobs: {
    id: string
    step: string
    step_version: number
    digest: string
    version_id: string | null
    chapter_id: string | null
    shown: 'blocked' | 'queued' | 'running' | 'done' | 'skipped' | 'dead' | null
    book_id: string
    priority: number
    replay_id: Generated<string | null>
    is_heavy: GeneratedAlways<number>
    quiet: Generated<number>
    course: Generated<string>
    state: 'blocked' | 'queued' | 'running' | 'done' | 'skipped' | 'dead'
    run_at: number
    attempts: Generated<number>
    progress: Generated<number>
    worker: string | null
    lease_until: number | null
    started_at: number | null
    error_code: string | null
    error_reason: string | null
    error_message: string | null
    trace_id: string
    created_at: number
    updated_at: number
  }
  job_turns: { book_id: string; served_at: number }
  chunks: { id: Generated<number>; digest: string; ordinal: number; text: string; locator: string }
  scopes: { digest: string; tokens: string }
  document_names: { id: Generated<number>; document_id: string }
  shares: {
    id: string
    name: string
    path: string
    chapter_id: string
    owner_id: string
    exclude: string
    settle_ms: number
    enabled: number
    created_at: number
    mode: Generated<'mirror' | 'inbox'>
    mapping: Generated<'folders' | 'chapters'>
    include: Generated<string>
    on_conflict: 'version' | 'keep_both' | null
    scan_every_ms: number | null
    scan_from: number | null
    scan_to: number | null
    expand_archives: Generated<number>
  }
  share_orders: { share_id: string; what: 'scan' | 'release' | 'dry_run'; asked_at: number }
  share_dry_runs: { share_id: string; report: string }
  share_entries: {
    share_id: string
    path: Uint8Array
    device: string
    inode: string
    generation: Generated<string>
    size_bytes: number
    mtime_ns: string
    ctime_ns: string
    state: 'stored' | 'missing' | 'failed' | 'refused'
    document_id: string | null
    version_id: string | null
    reason: string | null
    message: string | null
    attempts: number
    updated_at: number
  }
  model_work: {
    id: string
    task: 'add' | 'import' | 'export' | 'remove' | 'verify' | 'measure'
    subject: string
    state: 'waiting' | 'running' | 'asks' | 'done' | 'failed'
    input: string
    result: string | null
    done: Generated<number>
    total: Generated<number>
    reason: string | null
    message: string | null
    worker: string | null
    lease_until: number | null
    user_id: string | null
    trace_id: string
    address: string | null
    created_at: number
    updated_at: number
  }
  share_statuses: { share_id: string; status: string }
  events: {
    id: Generated<number>
    at: number
    kind: string
    chapter_id: string | null
    user_id: string | null
    payload: string
  }
  request_traces: {
    trace_id: string
    operation: string
    user_id: string | null
    status: string | null
    started_at: number
    ended_at: number | null
    duration_ms: number | null
    calls: Generated<number>
    failed: Generated<number>
    busy_ms: Generated<number>
    is_first: number
  }
  error_logs: {
    id: Generated<number>
    trace_id: string
    operation: string
    code: string
    reason: string | null
    message: string
    stack: string | null
    at: number
  }
  audit: {
    id: Generated<number>
    at: number
    user_id: string | null
    action: string
    subject: string
    subject_name: string | null
    subject_place: string | null
    detail: string
    trace_id: string
    address: string | null
    door: ActDoor | null
  }

  audit_seals: { id: number; seal: Buffer }
}
