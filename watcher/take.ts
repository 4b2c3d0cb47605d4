import { newTraceId } from '../core/ids.ts'
import type { Ports, Share, ShareEntry, Span } from '../core/ports/index.ts'
import { ingestFromShare } from '../core/share/ingest-from-share.ts'
import { bytesOf, type RawPath } from '../core/share/raw-path.ts'
import { isSame, type Stamp } from '../core/share/stamp.ts'
import { isChanged, openSource, type Source } from './safe-open.ts'
import { lookAgain, type Settling } from './settle.ts'
import { failureOf, type SourceFailure } from './source-error.ts'
import type { Candidate } from './waiting-room.ts'

type TakePorts = Pick<Ports, 'blobs' | 'catalog' | 'clock'>

/** What became of a candidate; `before` is what was known of it. */
export type Outcome =
  | { kind: 'stored'; before?: ShareEntry; span: Span }
  | { kind: 'failed'; before?: ShareEntry; state: SourceFailure['state'] }
  | { kind: 'settling'; settling: Settling }
  | { kind: 'gone' | 'known' }

/** A share and where its folder really is. */
export interface Place {
  share: Share
  root: string
}

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
    return await takeOpen(ports, place.share, work, signal).finally(() => source.close())
  } catch (cause) {
    if (isChanged(cause)) return { kind: 'settling', settling: afresh(ports, place, candidate) }
    const failure = failureOf(cause)
    if (!failure) throw cause
    const now = ports.clock.now()
    const at = { shareId: place.share.id, path: candidate.path, stamp: candidate.stamp, now }
    await shares.putEntries([failedEntry(at, failure, before)])
    return { kind: 'failed', state: failure.state, ...(before && { before }) }
  }
}

async function takeOpen(
  ports: TakePorts,
  share: Share,
  work: { source: Source; candidate: Candidate; before?: ShareEntry },
  signal: AbortSignal,
): Promise<Outcome> {
  const { source, candidate, before } = work
  const { stamp } = source
  const settling = lookAgain(ports.clock, candidate, { stamp, settleMs: share.settleMs })
  if (settling) return { kind: 'settling', settling }
  if (before?.state === 'stored' && isSame(before, stamp)) return { kind: 'known' }
  const traceId = newTraceId()
  const startedAt = ports.clock.now()
  const startedMs = ports.clock.monotonic()
  await ingestFromShare(ports, share, {
    path: candidate.path,
    stamp,
    bytes: source.bytes(signal),
    confirm: () => source.confirm(),
    traceId,
    ...(before?.documentId !== undefined && { documentId: before.documentId }),
  })
  const durationMs = Math.round(ports.clock.monotonic() - startedMs)
  const span = { traceId, operation: 'share.take', status: 'stored', startedAt, durationMs }
  return { kind: 'stored', span: { ...span, userId: share.ownerId }, ...(before && { before }) }
}

const afresh = ({ clock }: TakePorts, { share }: Place, { stamp }: Candidate): Settling => ({
  stamp,
  dueMs: clock.monotonic() + share.settleMs,
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
