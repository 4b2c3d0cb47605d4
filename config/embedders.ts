import { builtinEmbedder } from '../adapters/builtin/embedder.ts'
import type { Embedders, ModelShelf } from '../core/ports/index.ts'
import type { Config } from './schema.ts'

/** Embedders by the name of their model, the heavy ones loaded when they are asked for. */
export function embeddersOf(
  { embedder, models }: Pick<Config, 'embedder'> & { models: Pick<Config['models'], 'dir'> },
  shelf: Pick<ModelShelf, 'find'>,
): Embedders {
  const builtin = builtinEmbedder().space.model
  return {
    async open(model) {
      if (model === builtin) return builtinEmbedder()
      const { transformersEmbedder } = await import('../adapters/transformers/embedder.ts')
      return transformersEmbedder({ modelsDir: models.dir, model: model || undefined })
    },

    async openPictures(model) {
      const { transformersPictures } = await import('../adapters/transformers/pictures.ts')
      return transformersPictures({ modelsDir: models.dir, model })
    },

    async preferred(kind) {
      if (kind === 'picture') {
        const found = await shelf.find('image')
        return found && { model: found.name, isChosen: false }
      }
      const found = embedder === 'builtin' ? undefined : await shelf.find('embedding')
      if (found) return { model: found.name, isChosen: embedder !== 'auto' }
      // A model was asked for by name of its runtime, and none is there: loading it says so.
      if (embedder === 'transformers') return { model: '', isChosen: true }
      return { model: builtin, isChosen: embedder === 'builtin' }
    },
  }
}
