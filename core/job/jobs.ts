import { type Access, includes, requireScope, type Visible } from '../access/access.ts'
import { AppError, notFound } from '../errors.ts'
import type { JobState } from '../model/job.ts'
import type { JobRow, Ports } from '../ports/index.ts'

type Stores = Pick<Ports, 'catalog' | 'clock'>

/** Work on documents that the caller sees, newest first. */
export const listJobs = (
  { catalog }: Pick<Ports, 'catalog'>,
  access: Access,
  filter: { states?: JobState[]; limit: number; cursor?: string },
): Promise<{ items: JobRow[]; nextCursor?: string }> => catalog.jobs.list(access.visible, filter)

/** @throws AppError `not_found` for an absent job, and one on a document out of sight */
export async function getJob(
  { catalog }: Pick<Ports, 'catalog'>,
  access: Access,
  id: string,
): Promise<JobRow> {
  const job = await catalog.jobs.job(access.visible, id)
  if (!job) throw notFound()
  return job
}

/** How much work there is on documents in sight, and how long the box's oldest ready job waits. */
export async function jobStats(
  { catalog, clock }: Stores,
  access: Access,
): Promise<{ counts: Record<JobState, number>; oldestReadyMs: number }> {
  const [counts, oldestReadyMs] = await Promise.all([
    catalog.jobs.stats(access.visible),
    catalog.jobs.oldestReadyMs(clock.now()),
  ])
  return { counts, oldestReadyMs }
}

/**
 * Takes a job out of the dead letter; 0 when it is not in there.
 *
 * @throws AppError `not_found`, `forbidden` for a viewer of the document
 */
export async function retryJob(ports: Stores, access: Access, id: string): Promise<number> {
  requireScope(access.actor, 'write')
  await getJob(ports, access, id)
  const visible = contributedTo(access)
  if (!(await ports.catalog.jobs.job(visible, id))) {
    throw new AppError('forbidden', 'Only contributors of the chapter may retry this.', {
      reason: 'ROLE',
    })
  }
  return ports.catalog.jobs.retryDead(visible, id, ports.clock.now())
}

/** Takes every job on documents that the caller may change out of the dead letter; says how many. */
export async function retryAllDead({ catalog, clock }: Stores, access: Access): Promise<number> {
  requireScope(access.actor, 'write')
  return catalog.jobs.retryDead(contributedTo(access), undefined, clock.now())
}

const contributedTo = (access: Access): Visible =>
  access.visible === 'all'
    ? 'all'
    : access.visible.filter((id) => includes(access.roleIn(id), 'contributor'))
