import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diskModelShelf } from '../adapters/models/shelf.ts'
import type { Ports } from '../core/ports/index.ts'

/** A box without models for speech and pictures, as it is when nobody has added any. */
export const noModels: Pick<Ports, 'models' | 'transcriber' | 'pictures' | 'pictureIndex'> = {
  models: diskModelShelf(join(tmpdir(), 'onefold-without-models'), () => 0),
  transcriber: undefined,
  pictures: undefined,
  pictureIndex: undefined,
}
