import type { Digest } from '../core/digest.ts'
import { newTraceId } from '../core/ids.ts'
import type { Ports, Share, ShareEntry, Span } from '../core/ports/index.ts'
import { ingestFromShare } from '../core/share/ingest-from-share.ts'
import { bytesOf, type RawPath } from '../core/share/raw-path.ts'
import { isSame, type Stamp } from '../core/share/stamp.ts'
import { type MovedFile, putAsideStored } from './inbox.ts'
import { followMove, type Newcomer } from './origin.ts'
import { isChanged, openSource, type Source } from './safe-open.ts'
import { awaitEnd, lookAgain, type Settling } from './settle.ts'
import { failureOf, type SourceFailure } from './source-error.ts'
import type { Candidate } from './waiting-room.ts'

type TakePorts = Pick<Ports, 'blobs' | 'catalog' | 'clock'>

/** What became of a candidate; `before` is what was known of it. */
export type Outcome =
  /** `settling`: it is to be moved out of the way, when it has stood still once more. */
  | { kind: 'stored'; before?: ShareEntry; span: Span; settling?: Settling }
  /** Stored before, and moved out of the way. */
  | { kind: 'moved'; before: ShareEntry; moved: MovedFile }
  | { kind: 'failed'; before?: ShareEntry; state: SourceFailure['state'] }
  | { kind: 'settling'; settling: Settling }
  /** It had lain at another path, and its document has followed. */
  | { kind: 'carried' }
  | { kind: 'gone' | 'known' }

/** A share and where its folder really is. */
export interface Place {
  share: Share
  root: string
  /** Its disk is one of this machine, and answers at once. */
  isNear?: boolean
  /** How long a file that went may still turn up elsewhere as the same document. */
  graceMs?: number
}

/** See `missingGraceMs` of the configuration. */
const GRACE_MS = 24 * 3_600_000

/**
 * Takes one file if it has settled. What is the file's own fault is recorded and returned; everything
 * else is thrown and may be tried again with the same candidate.
 */
export async function take(
  ports: TakePorts,
  place: Place,
  candidate: Candidate,
  signal: AbortSignal,
): Promise<Outcome> {
  const { shares } = ports.catalog
  const before = await shares.entry(place.share.id, bytesOf(candidate.path))
  try {
    const source = await openSource(place.root, candidate.path)
    if (!source) return { kind: 'gone' }
    const work = { source, candidate, ...(before && { before }) }
    return await takeOpen(ports, place, work, signal).finally(() => source.close())
  } catch (cause) {
    if (isChanged(cause)) return { kind: 'settling', settling: afresh(ports, place, candidate) }
    const failure = failureOf(cause)
    if (!failure) throw cause
    const now = ports.clock.now()
    const at = { shareId: place.share.id, path: candidate.path, stamp: candidate.stamp, now }
    // It may have been stored just now, and only moving it have failed.
    const known = await shares.entry(place.share.id, bytesOf(candidate.path))
    await shares.putEntries([failedEntry(at, failure, known)])
    return { kind: 'failed', state: failure.state, ...(before && { before }) }
  }
}

async function takeOpen(
  ports: TakePorts,
  place: Place,
  work: { source: Source; candidate: Candidate; before?: ShareEntry },
  signal: AbortSignal,
): Promise<Outcome> {
  const { share, root } = place
  const { source, candidate } = work
  const { stamp } = source
  const settling = await unsettled(ports, share, work)
  if (settling) return { kind: 'settling', settling }
  const traceId = newTraceId()
  const newcomer = { path: candidate.path, stamp, traceId }
  const isNew = work.before?.documentId === undefined
  const origin = isNew ? await followMove(ports, place, newcomer) : undefined
  const before = origin ?? work.before
  const isStored = before?.state === 'stored' && isSame(before, stamp)
  if (isStored && origin) return { kind: 'carried' }
  if (isStored && share.mode === 'mirror') return { kind: 'known' }
  if (isStored) {
    const { versionId } = before
    const stored = { share, root, path: candidate.path, stamp, versionId }
    const moved = await putAsideStored(ports, stored, signal)
    if (moved) return { kind: 'moved', before, moved }
  }
  const startedAt = ports.clock.now()
  const startedMs = ports.clock.monotonic()
  const committed = await ingestFromShare(ports, share, {
    path: candidate.path,
    stamp,
    bytes: source.bytes(signal),
    clone: { path: source.path, device: stamp.device, signal },
    ...(place.isNear && { copy: source.copy }),
    confirm: () => source.confirm(),
    ...(isNew && !origin && { isMoved: (digest) => hasCome(ports, place, { newcomer, digest }) }),
    traceId,
    ...(before?.documentId !== undefined && { documentId: before.documentId }),
  })
  if (!committed) return { kind: 'carried' }
  const durationMs = Math.round(ports.clock.monotonic() - startedMs)
  const took = { traceId, operation: 'share.take', status: 'stored', startedAt, durationMs }
  const span = { ...took, userId: share.ownerId }
  const toMove = share.mode === 'inbox' && { settling: afresh(ports, place, candidate) }
  return { kind: 'stored', span, ...toMove, ...(before && { before }) }
}

/** What to wait for when the file still changes, or is not whole. */
async function unsettled(
  { clock }: TakePorts,
  { settleMs }: Share,
  { source, candidate }: { source: Source; candidate: Candidate },
): Promise<Settling | undefined> {
  const settling = lookAgain(clock, candidate, { stamp: source.stamp, settleMs })
  if (settling) return settling
  return (await source.lacksEnd()) ? awaitEnd(clock, candidate, settleMs) : undefined
}

/** Whether a file that went lately has come to this path, and is recorded there now. */
async function hasCome(
  ports: TakePorts,
  place: Place,
  { newcomer, digest }: { newcomer: Newcomer; digest: Digest },
): Promise<boolean> {
  const since = ports.clock.now() - (place.graceMs ?? GRACE_MS)
  return (await followMove(ports, place, { ...newcomer, content: { digest, since } })) !== undefined
}

const afresh = ({ clock }: TakePorts, { share }: Place, { stamp }: Candidate): Settling => ({
  stamp,
  dueMs: clock.monotonic() + share.settleMs,
  stillSinceMs: clock.monotonic(),
})

/** The record of a file that was not taken; the document that it became earlier is not forgotten. */
export const failedEntry = (
  at: { shareId: string; path: RawPath; stamp: Stamp; now: number },
  { state, reason, message }: SourceFailure,
  before: ShareEntry | undefined,
): ShareEntry => ({
  shareId: at.shareId,
  path: bytesOf(at.path),
  ...at.stamp,
  state,
  reason,
  message,
  attempts: (before?.attempts ?? 0) + 1,
  updatedAt: at.now,
  ...(before?.documentId !== undefined && { documentId: before.documentId }),
  ...(before?.versionId !== undefined && { versionId: before.versionId }),
})
