import type { Digest } from '../digest.ts'
import { AppError } from '../errors.ts'
import type { Ports, SpaceRow } from '../ports/index.ts'
import { embedContent } from './embed-content.ts'
import { embedPicture } from './embed-picture.ts'
import { indexContent } from './index-content.ts'

/** Embeds contents in one space, with its own model. */
export interface Builder {
  build(digest: Digest, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

const progress = () => undefined

/** @throws AppError `unavailable` when the model cannot be loaded */
export async function openBuilder(ports: Ports, { id, kind, model }: SpaceRow): Promise<Builder> {
  const { embedders } = ports
  const embedder = await (kind === 'text' ? embedders.open(model) : embedders.openPictures(model))
  if (embedder.space.id !== id) {
    await embedder.close()
    throw new AppError(
      'unavailable',
      `The model "${model}" is not the one this space was begun with.`,
      {
        reason: 'OTHER_SPACE',
      },
    )
  }
  return {
    async build(digest, signal) {
      const made =
        'embedPicture' in embedder
          ? await embedPicture(ports, embedder, digest, signal)
          : await embedContent(ports, embedder, digest, { signal, progress })
      // Otherwise it changed meanwhile, and is met again.
      if (made) await indexContent(ports, digest, id)
    },
    close: () => embedder.close(),
  }
}
