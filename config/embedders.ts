import { builtinEmbedder } from '../adapters/builtin/embedder.ts'
import type { Embedders, ModelShelf } from '../core/ports/index.ts'
import { GEMINI, OLLAMA, ollamaModel, openGemini, openOllama } from './elsewhere.ts'
import type { Config } from './schema.ts'

/** Embedders by the name of their model, the heavy ones loaded when they are asked for. */
export function embeddersOf(
  config: Pick<Config, 'embedder' | 'ollama' | 'gemini'> & {
    models: Pick<Config['models'], 'dir'>
  },
  shelf: Pick<ModelShelf, 'find'>,
): Embedders {
  const { embedder, models } = config
  const builtin = builtinEmbedder().space.model
  return {
    async open(model) {
      if (model === builtin) return builtinEmbedder()
      if (model.startsWith(OLLAMA)) return openOllama(config, model.slice(OLLAMA.length))
      if (model.startsWith(GEMINI)) return openGemini(config, model.slice(GEMINI.length))
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
      // Until it answers, the box begins with the model that it has, and follows later.
      const served = embedder === 'ollama' ? await ollamaModel(config) : undefined
      if (served !== undefined) return { model: served, isChosen: true }
      if (embedder === 'ollama') return { model: builtin, isChosen: false }
      if (embedder === 'gemini') {
        return { model: GEMINI + config.gemini.embeddingModel, isChosen: true }
      }
      const found = embedder === 'builtin' ? undefined : await shelf.find('embedding')
      if (found) return { model: found.name, isChosen: embedder !== 'auto' }
      // A model was asked for by name of its runtime, and none is there: loading it says so.
      if (embedder === 'transformers') return { model: '', isChosen: true }
      return { model: builtin, isChosen: embedder === 'builtin' }
    },
  }
}
