import { childTranscriber } from '../adapters/child/transcriber.ts'
import type { ModelShelf, Transcriber } from '../core/ports/index.ts'
import { childOptions } from './readers.ts'
import type { Config } from './schema.ts'

/** Models come and go while the box runs. */
const LOOK_AGAIN_MS = 2000

/** Whoever hears recordings now; undefined while there is no speech model. Looks again by itself. */
export async function speechOf(
  config: Config,
  models: ModelShelf,
): Promise<() => Transcriber | undefined> {
  const options = childOptions(config)
  let current: { folder: string; transcriber: Transcriber } | undefined
  const look = async () => {
    const model = await models.find('speech')
    if (model?.folder === current?.folder) return
    current = model && { folder: model.folder, transcriber: childTranscriber(options, model) }
  }
  await look()
  // A folder that cannot be read just now changes nothing. Keeps no process alive.
  setInterval(() => look().catch(() => undefined), LOOK_AGAIN_MS).unref()
  return () => current?.transcriber
}
