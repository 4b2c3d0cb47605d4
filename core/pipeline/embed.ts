import { AppError } from '../errors.ts'
import { embedContent } from '../space/embed-content.ts'
import { EMBED_STEP, INDEX_STEP, queued } from './order.ts'
import type { StepDefinition } from './step.ts'

/**
 * Turns the chunks of a content into vectors of the space that answers, once, and keeps them: the
 * index can be made again. What is built beside it is filled by `core/space/fill.ts`.
 */
export const embedStep: StepDefinition = {
  ...EMBED_STEP,

  async run(ports, { digest }, context) {
    const { embedder } = ports
    const made = await embedContent(ports, embedder, digest, context)
    if (!made) {
      throw new AppError('unavailable', 'The text of this file changed while it was embedded.', {
        reason: 'TEXT_CHANGED',
      })
    }
    const facts = { space: embedder.space.id, count: made.count }
    return { state: 'done', facts, next: [queued(INDEX_STEP)] }
  },
}
