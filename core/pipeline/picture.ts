import { AppError } from '../errors.ts'
import { embedPicture } from '../space/embed-picture.ts'
import { indexContent } from '../space/index-content.ts'
import { isAboutTheFile } from './content.ts'
import { PICTURE_STEP } from './order.ts'
import type { StepDefinition } from './step.ts'

/** Says by a vector what a picture shows, so that it is found by words that nobody wrote. */
export const pictureStep: StepDefinition = {
  ...PICTURE_STEP,

  async run(ports, { digest }, { signal }) {
    const { pictures } = ports
    if (!pictures) return NO_MODEL
    try {
      if (!(await embedPicture(ports, pictures, digest, signal))) {
        throw new AppError('unavailable', 'The space of pictures changed meanwhile.', {
          reason: 'OTHER_SPACE',
        })
      }
    } catch (error) {
      if (!isAboutTheFile(error)) throw error
      const { reason = 'NO_PIXELS', message } = error
      return { state: 'skipped', facts: {}, reason, message, next: [] }
    }
    await indexContent(ports, digest, pictures.space.id)
    const facts = { space: pictures.space.id, model: pictures.space.model, count: 1 }
    return { state: 'done', coverage: WHOLE, facts, next: [] }
  },
}

const WHOLE = { unit: 'picture' as const, done: 1, total: 1, missing: [] }

const NO_MODEL = {
  state: 'skipped' as const,
  facts: {},
  reason: 'NO_IMAGE_MODEL',
  message:
    'What this picture shows is not searched: there is no model for pictures. Add one with "onefold models add <name>".',
  next: [],
}
