import type { Embedder } from '../../core/ports/index.ts'
import { asking, clientOf, type GeminiAccess, strange } from './client.ts'

/** The provider takes 100 texts a call. */
const BATCH = 100
/** Unrelated texts come out at 0.4 to 0.6 by the provider's own examples; below that nothing is near. */
const FLOOR = 0.5

const TASKS = { query: 'RETRIEVAL_QUERY', passage: 'RETRIEVAL_DOCUMENT' } as const

/**
 * Embeddings by Gemini. Nothing is sent before the first text is to be embedded. Whether a text may be
 * sent is not decided here: see `core/leaving`.
 */
export function geminiEmbedder(access: GeminiAccess & { dimension: number }): Embedder {
  const { model, dimension } = access
  const client = clientOf(access)
  const call = async (contents: string[], purpose: 'passage' | 'query') => {
    const config = { taskType: TASKS[purpose], outputDimensionality: dimension }
    const { embeddings = [] } = await asking(access, () =>
      client.models.embedContent({ model, contents, config }),
    )
    if (embeddings.length !== contents.length) throw strange('another number of vectors')
    return embeddings.map(({ values = [] }) => vectorOf(values, dimension))
  }
  return {
    space: {
      id: `gemini_${slug(model)}_${dimension}`,
      model: `gemini:${model}`,
      dimension,
      pooling: 'none',
    },
    isLexical: false,
    leavesTheHouse: true,
    floor: FLOOR,

    async embed(texts, purpose = 'passage') {
      const vectors: Float32Array[] = texts.map(() => new Float32Array(dimension))
      const telling = [...texts.keys()].filter((i) => texts[i]?.trim())
      for (let at = 0; at < telling.length; at += BATCH) {
        const places = telling.slice(at, at + BATCH)
        const found = await call(
          places.map((i) => texts[i] ?? ''),
          purpose,
        )
        for (const [n, place] of places.entries())
          vectors[place] = found[n] ?? new Float32Array(dimension)
      }
      return vectors
    },

    async close() {},
  }
}

/** Of length 1, which those of less than the model's own dimension are not. */
function vectorOf(values: readonly number[], dimension: number): Float32Array {
  const length = Math.hypot(...values)
  if (values.length !== dimension || !Number.isFinite(length) || length === 0) {
    throw strange('a vector of another size')
  }
  return Float32Array.from(values, (value) => value / length)
}

const slug = (model: string): string => model.toLowerCase().replace(/[^a-z0-9]+/g, '_')
