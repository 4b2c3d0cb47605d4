import type { Ports } from '../core/ports/index.ts'

/** A box without models for speech and pictures, as it is when nobody has added any. */
export const noModels: Pick<Ports, 'transcriber' | 'pictures' | 'pictureIndex'> = {
  transcriber: undefined,
  pictures: undefined,
  pictureIndex: undefined,
}
