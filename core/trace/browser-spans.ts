import { requireScope } from '../access/access.ts'
import { notFound } from '../errors.ts'
import type { Actor } from '../model/actor.ts'
import type { Ports, Span } from '../ports/index.ts'

/** What a browser does for an upload before and between its calls. */
export const BROWSER_WORK = ['wait', 'hash', 'send', 'store'] as const
export type BrowserWork = (typeof BROWSER_WORK)[number]

/** Something that a browser did. Its clock may be wrong, so that it says how long ago. */
export interface BrowserSpan {
  work: BrowserWork
  /** When it began, in milliseconds before now. */
  agoMs: number
  durationMs: number
}

/**
 * The spans of a browser, to be added to a trace of its owner's.
 *
 * @throws AppError `not_found` for a trace without a call of the caller, or with one of another's
 */
export async function browserSpans(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  actor: Actor,
  sent: { traceId: string; spans: readonly BrowserSpan[] },
): Promise<Span[]> {
  requireScope(actor, 'write')
  const { spans } = await catalog.journal.trace(sent.traceId)
  const isOwn = spans.some(({ userId }) => userId === actor.userId)
  const isShared = spans.some(({ userId }) => userId && userId !== actor.userId)
  if (!isOwn || isShared) throw notFound()
  const now = clock.now()
  return sent.spans.map(({ work, agoMs, durationMs }) => ({
    traceId: sent.traceId,
    operation: `browser.${work}`,
    userId: actor.userId,
    status: 'ok',
    startedAt: now - agoMs,
    durationMs: Math.min(durationMs, agoMs),
  }))
}
