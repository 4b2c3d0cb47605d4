import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diskModelShelf } from '../adapters/models/shelf.ts'
import { otpauthCodes } from '../adapters/otpauth/one-time-codes.ts'
import { embeddersOf } from '../config/embedders.ts'
import { loadConfig } from '../config/load.ts'
import type { Ports } from '../core/ports/index.ts'

const dir = join(tmpdir(), 'onefold-without-models')
const models = diskModelShelf(dir, () => 0)

/** A box without models for speech and pictures, as it is when nobody has added any. */
export const noModels: Pick<
  Ports,
  'models' | 'embedders' | 'transcriber' | 'pictures' | 'oneTimeCodes'
> = {
  oneTimeCodes: otpauthCodes(),
  models,
  embedders: embeddersOf({ ...loadConfig({}), models: { dir } }, models),
  transcriber: undefined,
  pictures: undefined,
}
