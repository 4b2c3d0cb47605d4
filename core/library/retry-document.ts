import { type Access, requireScope } from '../access/access.ts'
import { certaintyOf, isHardToRead } from '../model/certainty.ts'
import type { Step } from '../model/job.ts'
import type { Ports } from '../ports/index.ts'
import { findDocument } from './find-document.ts'

/** What of a document is to be done again. */
export interface RetryWish {
  documentId: string
  /** One step that has not read all of it; unless said, all that failed. */
  step?: Step
  /** Pages or minutes of that step, from 1; all that are missing unless said. */
  units?: readonly number[]
}

/** Why nothing is done again. */
export const NOT_RETRIED = [
  'BEING_READ',
  'NOTHING_FAILED',
  'NOT_SUCH_STEP',
  'READ_ALREADY',
] as const
type NotRetried = (typeof NOT_RETRIED)[number]

/** Whether something is done again, 1 or 0, and why nothing is. */
export interface Retried {
  retried: number
  because?: { reason: NotRetried; message: string }
}

/**
 * Does again what was not read of a document's content: what failed, or one step that is partial, or
 * whose program or model was missing, or pages of it that were read badly.
 *
 * @throws AppError `not_found`, `forbidden` for a viewer
 */
export async function retryDocument(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  access: Access,
  { documentId, step, units }: RetryWish,
): Promise<Retried> {
  requireScope(access.actor, 'write')
  const { version } = await findDocument(ports, access, { id: documentId, needed: 'contributor' })
  const { jobs } = ports.catalog
  const now = ports.clock.now()
  if (!version.jobId) return nothing('BEING_READ')
  if (step === undefined) {
    const retried = await jobs.retryDead(access.visible, version.jobId, now)
    return retried > 0 ? { retried } : nothing('NOTHING_FAILED')
  }
  const row = (await ports.catalog.derivations.shown(version.id)).find((each) => each.step === step)
  const hard = certaintyOf(row?.facts ?? {}).filter(isHardToRead)
  const wasRead = hard.some(({ unit }) => units?.includes(unit))
  const wanted = { step, ...(units && units.length > 0 && { units }), ...(wasRead && { wasRead }) }
  const retried = await jobs.retryStep(access.visible, version.jobId, wanted, now)
  if (retried > 0) return { retried }
  if (!row) return nothing('NOT_SUCH_STEP')
  return nothing(row.state === 'waiting' || row.state === 'working' ? 'BEING_READ' : 'READ_ALREADY')
}

const WHY: Record<NotRetried, string> = {
  BEING_READ: 'This file is being read just now: wait until that is done.',
  NOTHING_FAILED: 'Nothing of this file has failed.',
  NOT_SUCH_STEP: 'This file has no such step: there is nothing of the kind in it.',
  READ_ALREADY: 'All of this was done already: there is nothing to do again.',
}

const nothing = (reason: NotRetried): Retried => ({
  retried: 0,
  because: { reason, message: WHY[reason] },
})
