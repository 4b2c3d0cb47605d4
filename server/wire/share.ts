import { AppError } from '../../core/errors.ts'
import type { WatchedShare } from '../../core/share/list-shares.ts'
import { minuteOf, timeOfDay } from '../../core/share/scan-window.ts'
import type { ShareRules } from '../../core/share/share-rules.ts'

interface RulesIn {
  owner_id?: string | undefined
  mode?: 'mirror' | 'inbox' | undefined
  mapping?: 'folders' | 'chapters' | undefined
  exclude?: string[] | undefined
  include?: string[] | undefined
  on_conflict?: 'version' | 'keep_both' | null | undefined
  scan_every_ms?: number | null | undefined
  scan_from?: string | null | undefined
  scan_to?: string | null | undefined
  expand_archives?: boolean | undefined
}

/** @throws AppError `bad_request` (reason `SCAN_WINDOW`) when a window has no end, or no beginning */
export const rulesIn = (given: RulesIn): ShareRules => ({
  ...(given.owner_id !== undefined && { ownerId: given.owner_id }),
  ...(given.mode !== undefined && { mode: given.mode }),
  ...(given.mapping !== undefined && { mapping: given.mapping }),
  ...(given.exclude !== undefined && { exclude: given.exclude }),
  ...(given.include !== undefined && { include: given.include }),
  ...(given.on_conflict !== undefined && { onConflict: given.on_conflict }),
  ...(given.scan_every_ms !== undefined && { scanEveryMs: given.scan_every_ms }),
  ...(given.expand_archives !== undefined && { expandArchives: given.expand_archives }),
  ...windowIn(given),
})

function windowIn({ scan_from: from, scan_to: to }: RulesIn): Pick<ShareRules, 'scanWindow'> {
  if (from === undefined && to === undefined) return {}
  if (from === null && to === null) return { scanWindow: null }
  const begin = minuteOf(from ?? '')
  const end = minuteOf(to ?? '')
  if (begin !== undefined && end !== undefined) return { scanWindow: { from: begin, to: end } }
  throw new AppError('bad_request', 'Say both when whole scans may begin and until when.', {
    reason: 'SCAN_WINDOW',
  })
}

export const shareOut = (share: WatchedShare) => ({
  id: share.id,
  name: share.name,
  path: share.path,
  chapter_id: share.chapterId,
  owner_id: share.ownerId,
  mode: share.mode,
  mapping: share.mapping,
  exclude: share.exclude,
  include: share.include,
  on_conflict: share.onConflict ?? null,
  scan_every_ms: share.scanEveryMs ?? null,
  scan_from: share.scanWindow ? timeOfDay(share.scanWindow.from) : null,
  scan_to: share.scanWindow ? timeOfDay(share.scanWindow.to) : null,
  settle_ms: share.settleMs,
  expand_archives: share.expandArchives === true,
  enabled: share.enabled,
  created_at: share.createdAt,
  status: share.status ? statusOut(share.status) : null,
})

const statusOut = (status: NonNullable<WatchedShare['status']>) => ({
  mode: status.mode,
  mode_reason: status.modeReason || null,
  last_scan_at: status.lastScanAt ?? null,
  last_scan_ms: status.lastScanMs ?? null,
  seen: status.seen ?? null,
  files: status.files,
  moved: status.moved ?? 0,
  pending: status.pending,
  failed: status.failed,
  missing: status.missing,
  found_by_scan: status.foundByScan ?? 0,
  events_lost: status.eventsLost ?? 0,
  frozen_reason: status.frozenReason ?? null,
  frozen_at: status.frozenAt ?? null,
  error: status.error ?? null,
})
