import { indexContent } from '../space/index-content.ts'
import { INDEX_STEP } from './order.ts'
import type { StepDefinition } from './step.ts'

/** Puts the vectors of a content into the index, those of each space into its own table. */
export const indexStep: StepDefinition = {
  ...INDEX_STEP,

  async run(ports, { digest }) {
    const written = await indexContent(ports, digest)
    const space = ports.embedder.space.id
    return { state: 'done', facts: { space, count: written.get(space) ?? 0 }, next: [] }
  },
}
