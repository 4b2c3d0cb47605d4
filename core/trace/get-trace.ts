import { type Access, isBoxAdmin, requireScope } from '../access/access.ts'
import { notFound } from '../errors.ts'
import type { DerivationRow, ErrorRow, Ports, TracedVersion, TraceRow } from '../ports/index.ts'

/** Files of one trace that are shown: a batch of hundreds is one trace. */
const MOST_FILES = 20

/** A file that came with a trace, and how it was understood. */
export interface TracedFile extends TracedVersion {
  /** In pipeline order, as those may see them who see the file. */
  steps: DerivationRow[]
}

export interface Trace {
  spans: TraceRow[]
  /** With stacks, and with those of work on contents, for administrators alone. */
  errors: ErrorRow[]
  files: TracedFile[]
}

/**
 * What one request caused: all of it for administrators. Others see their own, but nothing of a
 * trace that somebody else's request belongs to as well: a trace id can be sent by anybody. How files
 * were understood is told as their own pages tell it, so that a trace says nothing of what others
 * have.
 *
 * @throws AppError `not_found` for an absent trace, and one without a span of the caller
 */
export async function getTrace(
  { catalog }: Pick<Ports, 'catalog'>,
  access: Access,
  traceId: string,
): Promise<Trace> {
  const { actor, visible } = access
  requireScope(actor, 'read')
  const { spans, errors } = await catalog.journal.trace(traceId)
  const seesAll = isBoxAdmin(actor)
  const own = spans.filter((span) => seesAll || span.userId === actor.userId)
  if (own.length === 0 && !(seesAll && errors.length > 0)) throw notFound()
  const isShared = spans.some((span) => span.userId && span.userId !== actor.userId)
  if (isShared && !seesAll) return { spans: own, errors: [], files: [] }
  const versions = await catalog.journal.tracedVersions(visible, traceId, MOST_FILES)
  const files = versions.map(async (version) => ({
    ...version,
    steps: await catalog.derivations.shown(version.versionId),
  }))
  return {
    spans,
    errors: seesAll ? errors : errors.filter(isOfCall).map(({ stack: _, ...error }) => error),
    files: await Promise.all(files),
  }
}

/**
 * Work on a content fails in the trace of who brought it first, and in nobody else's: that tells
 * who that was. What a failure means for a file is told by its steps.
 */
const isOfCall = ({ operation }: ErrorRow): boolean => !operation.startsWith('job.')
