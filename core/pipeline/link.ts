import { AppError, notFound } from '../errors.ts'
import type { Ports } from '../ports/index.ts'
import { reindexPointers } from '../search/relink.ts'
import { storeAttachments } from './attachments.ts'
import { expandArchive } from './expand.ts'
import { LINK_STEP } from './order.ts'
import type { StepDefinition } from './step.ts'

/**
 * Makes one pointer findable, once its content is as understood as it will be: by its words and
 * vectors where it has some, by its name in any case.
 */
export const linkStep: StepDefinition = {
  ...LINK_STEP,

  async run(ports, job, context) {
    if (!job.versionId) throw new AppError('internal', 'A link job without a version.')
    const version = await ports.catalog.library.version('all', job.versionId)
    if (!version) throw notFound()
    await reindexPointers(ports, job.digest)
    const before = await ports.catalog.passages.placesOf(job.digest)
    const isThere = await ports.catalog.ingest.markLinked(version.id, ports.clock.now())
    if (!isThere) throw notFound()
    // Where a content without text has a pointer is told by nothing before its link.
    const places = await ports.catalog.passages.placesOf(job.digest)
    if (places.length !== before.length) await reindexPointers(ports, job.digest)
    await releasePredecessor(ports, version)
    const attachments = await storeAttachments(ports, version, context.signal)
    await expandArchive(ports, version, context)
    return { state: 'done', facts: { attachments }, next: [] }
  },
}

/** What the document said before may be nobody's current content any more. */
async function releasePredecessor(
  ports: Pick<Ports, 'catalog' | 'index'>,
  version: { documentId: string; number: number },
): Promise<void> {
  if (version.number === 1) return
  const versions = await ports.catalog.library.versions('all', version.documentId)
  const before = versions.find(({ number }) => number === version.number - 1)
  if (before) await reindexPointers(ports, before.digest)
}
