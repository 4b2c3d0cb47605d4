import { join, resolve } from 'node:path'
import {
  AutoModel,
  AutoTokenizer,
  env,
  mean_pooling,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  type Tensor,
} from '@huggingface/transformers'
import { AppError } from '../../core/errors.ts'
import type { Embedder } from '../../core/ports/index.ts'
import { type ModelSettings, readSettings } from './model-folder.ts'

/** Batching wins nothing on a processor; a few texts at once only spare calls. */
const BATCH = 8

/** Small models put unrelated texts at -0.1 to 0.15; none that we know puts related ones below. */
const FLOOR = 0.2

/**
 * An embedding model from the models folder, run by transformers.js on one thread. Never looks for
 * anything on the internet.
 *
 * @param model `<organization>/<name>`, as `findModel` gives it
 * @throws AppError `unavailable` (reason `NO_MODEL`) when it is not there or cannot be loaded
 */
export async function transformersEmbedder({
  modelsDir,
  model,
}: {
  modelsDir: string
  model: string | undefined
}): Promise<Embedder> {
  const { tokenizer, network, settings } = await load(resolve(modelsDir), model)
  const embedBatch = async (texts: string[]): Promise<Float32Array[]> => {
    const fit = { padding: true, truncation: true, max_length: settings.longestText }
    const tokens = tokenizer(texts, fit)
    const output = await network(tokens)
    const pieces: Tensor = output.last_hidden_state ?? output.token_embeddings
    const pooled =
      settings.pooling === 'cls'
        ? pieces.slice(null, 0)
        : mean_pooling(pieces, tokens.attention_mask)
    const values = pooled.normalize(2, -1).data as Float32Array
    const dimension = values.length / texts.length
    return texts.map((_, i) => values.slice(i * dimension, (i + 1) * dimension))
  }
  const [probe] = await embedBatch(['length'])
  const dimension = probe?.length ?? 0
  return {
    space: {
      id: [slug(model ?? ''), dimension, settings.pooling].join('_'),
      model: model ?? '',
      dimension,
      pooling: settings.pooling,
    },
    isLexical: false,
    floor: FLOOR,

    async embed(texts, purpose = 'passage') {
      const vectors: Float32Array[] = texts.map(() => new Float32Array(dimension))
      for (const batch of batchesOf(texts)) {
        const prompted = batch.map((i) => settings.prompts[purpose] + texts[i])
        for (const [place, vector] of (await embedBatch(prompted)).entries()) {
          vectors[batch[place] ?? 0] = vector
        }
      }
      return vectors
    },

    async close() {
      await network.dispose()
    },
  }
}

/**
 * Places of the texts that say something, in batches of like length: padding short texts to a long
 * one cost 8 times the work.
 */
function batchesOf(texts: readonly string[]): number[][] {
  const places = [...texts.keys()]
    .filter((i) => texts[i]?.trim())
    .sort((a, b) => (texts[a]?.length ?? 0) - (texts[b]?.length ?? 0))
  const count = Math.ceil(places.length / BATCH)
  return Array.from({ length: count }, (_, i) => places.slice(i * BATCH, (i + 1) * BATCH))
}

interface Loaded {
  tokenizer: PreTrainedTokenizer
  network: PreTrainedModel
  settings: ModelSettings
}

async function load(modelsDir: string, model: string | undefined): Promise<Loaded> {
  if (!model) throw missing(`There is no embedding model in ${modelsDir}.`)
  env.allowRemoteModels = false
  env.localModelPath = `${modelsDir}/`
  env.useFSCache = false
  try {
    const settings = await readSettings(join(modelsDir, model))
    const local = { local_files_only: true }
    const tokenizer = await AutoTokenizer.from_pretrained(model, local)
    const network = await AutoModel.from_pretrained(model, {
      ...local,
      dtype: settings.dtype,
      session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
    })
    return { tokenizer, network, settings }
  } catch (cause) {
    throw missing(`The model "${model}" in ${modelsDir} cannot be loaded.`, cause)
  }
}

const missing = (what: string, cause?: unknown) =>
  new AppError(
    'unavailable',
    `${what} Put a model of the transformers.js layout there, or set the embedder to "builtin".`,
    { reason: 'NO_MODEL', ...(cause !== undefined && { cause }) },
  )

/** A name of lower-case letters, digits and underscores. */
const slug = (model: string): string =>
  model
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
