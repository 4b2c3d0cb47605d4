import type { Digest } from '../digest.ts'
import type { Ports } from '../ports/index.ts'
import { indexContent } from '../space/index-content.ts'
import { INDEX_STEP, NEAR_STEP, queued } from './order.ts'
import type { StepDefinition } from './step.ts'

/** Puts the vectors of a content into the index, those of each space into its own table. */
export const indexStep: StepDefinition = {
  ...INDEX_STEP,

  async run(ports, { digest }) {
    const written = await indexContent(ports, digest)
    const space = ports.embedder.space.id
    const facts = { space, count: written.get(space) ?? 0 }
    return {
      state: 'done',
      facts,
      next: (await isPicture(ports, digest)) ? [] : [queued(NEAR_STEP)],
    }
  },
}

/** What pictures look like was kept as soon as they were looked at. */
async function isPicture({ catalog }: Pick<Ports, 'catalog'>, digest: Digest): Promise<boolean> {
  return (await catalog.derivations.get(digest, 'extract'))?.facts.pictureHash !== undefined
}
