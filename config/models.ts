import { join } from 'node:path'
import { webModelHub } from '../adapters/models/hub.ts'
import { childModelMeter } from '../adapters/models/meter.ts'
import type { ModelHub } from '../core/ports/model-hub.ts'
import type { ModelMeter } from '../core/ports/models.ts'
import type { Config } from './schema.ts'

/** Where models are fetched from, when an administrator says so. */
export const openHub = ({ models: { hub, languages, token } }: Pick<Config, 'models'>): ModelHub =>
  webModelHub({ hub, languages, ...(token !== undefined && { token }) })

const MEASURE = join(import.meta.dirname, '..', 'worker', 'measure', 'main.ts')

/** What measures models, in a process of its own. */
export const openMeter = ({ dataDir, models }: Pick<Config, 'dataDir' | 'models'>): ModelMeter =>
  childModelMeter([process.execPath, MEASURE], {
    ONEFOLD_DATA_DIR: dataDir,
    ONEFOLD_MODELS_DIR: models.dir,
  })
