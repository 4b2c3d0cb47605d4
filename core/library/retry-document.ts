import { type Access, requireScope } from '../access/access.ts'
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

/**
 * Does again what was not read of a document's content: what failed, or one step that is partial, or
 * whose program or model was missing. Returns 1 when there was something to retry, else 0.
 *
 * @throws AppError `not_found`, `forbidden` for a viewer
 */
export async function retryDocument(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  access: Access,
  { documentId, step, units }: RetryWish,
): Promise<number> {
  requireScope(access.actor, 'write')
  const { version } = await findDocument(ports, access, { id: documentId, needed: 'contributor' })
  const { jobs } = ports.catalog
  const now = ports.clock.now()
  if (!version.jobId) return 0
  if (step === undefined) return jobs.retryDead(access.visible, version.jobId, now)
  const wanted = { step, ...(units && units.length > 0 && { units }) }
  return jobs.retryStep(access.visible, version.jobId, wanted, now)
}
