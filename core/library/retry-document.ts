import { type Access, requireScope } from '../access/access.ts'
import type { Ports } from '../ports/index.ts'
import { findDocument } from './find-document.ts'

/**
 * Runs the failed steps of a document's content again; returns 1 when there was something to retry,
 * else 0.
 *
 * @throws AppError `not_found`, `forbidden` for a viewer
 */
export async function retryDocument(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  access: Access,
  id: string,
): Promise<number> {
  requireScope(access.actor, 'write')
  const { version } = await findDocument(ports, access, { id, needed: 'contributor' })
  if (!version.jobId) return 0
  return ports.catalog.jobs.retryDead(access.visible, version.jobId, ports.clock.now())
}
