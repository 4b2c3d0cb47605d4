import type { Ollama } from 'ollama'
import { AppError } from '../../core/errors.ts'
import type { Embedder } from '../../core/ports/index.ts'
import { asking, type OllamaAccess, ollamaClient } from './client.ts'

const BATCH = 16
/** Models of this kind put unrelated texts up to 0.3. */
const FLOOR = 0.3
/** How often it is looked whether the model behind the name is still the same. */
const LOOK_AGAIN_MS = 60_000

/** What models that are trained with a prompt want to be told; the others want none. */
const PROMPTS: readonly [RegExp, { query: string; passage: string }][] = [
  [/^nomic-embed-text/, { query: 'search_query: ', passage: 'search_document: ' }],
  [
    /^(mxbai-embed|snowflake-arctic-embed)/,
    { query: 'Represent this sentence for searching relevant passages: ', passage: '' },
  ],
]

/**
 * An embedding model in an Ollama of the house. Its space is named after the model's digest too: what
 * stands behind a tag changes when it is pulled again, and the vectors of both never mix.
 *
 * @param digest as `ollamaDigest` gives it: another model behind the name is refused
 * @throws AppError `unavailable` (reasons `OLLAMA_AWAY`, `OLLAMA_ADDRESS`, `OLLAMA_REFUSED`,
 *   `OLLAMA_MODEL_CHANGED`, `NO_MODEL`)
 */
export async function ollamaEmbedder(
  access: OllamaAccess & { model: string; digest?: string },
): Promise<Embedder> {
  const { model } = access
  const client = ollamaClient(access)
  const digest = await digestOf(client, model)
  if (access.digest !== undefined && digest !== access.digest) throw changed(model)
  let lookedAt = performance.now()
  const call = async (input: string[]): Promise<Float32Array[]> => {
    const { embeddings } = await asking(model, () => client.embed({ model, input, truncate: true }))
    if (!Array.isArray(embeddings) || embeddings.length !== input.length) {
      throw strange(model, 'another number of vectors')
    }
    return embeddings.map((values) => normalised(model, values))
  }
  const [probe] = await call(['length'])
  const dimension = probe?.length ?? 0
  const prompts = PROMPTS.find(([name]) => name.test(model))?.[1]

  const assertUnchanged = async () => {
    if (performance.now() - lookedAt < LOOK_AGAIN_MS) return
    if ((await digestOf(client, model)) !== digest) {
      throw changed(model)
    }
    lookedAt = performance.now()
  }

  return {
    space: {
      id: `ollama_${slug(model)}_${digest}_${dimension}`,
      model: `ollama:${model}@${digest}`,
      dimension,
      pooling: 'none',
    },
    isLexical: false,
    floor: FLOOR,

    async embed(texts, purpose = 'passage') {
      const vectors: Float32Array[] = texts.map(() => new Float32Array(dimension))
      const telling = [...texts.keys()].filter((i) => texts[i]?.trim())
      if (telling.length > 0) await assertUnchanged()
      for (let at = 0; at < telling.length; at += BATCH) {
        const places = telling.slice(at, at + BATCH)
        const found = await call(places.map((i) => `${prompts?.[purpose] ?? ''}${texts[i]}`))
        for (const [n, place] of places.entries()) {
          const vector = found[n]
          if (vector?.length !== dimension) throw strange(model, 'a vector of another size')
          vectors[place] = vector
        }
      }
      return vectors
    },

    async close() {
      client.abort()
    },
  }
}

/** What stands behind a name now, its first twelve digits. @throws AppError `unavailable` */
export const ollamaDigest = (access: OllamaAccess, model: string): Promise<string> =>
  digestOf(ollamaClient(access), model)

/** A name without a tag is `latest`. */
async function digestOf(client: Ollama, model: string): Promise<string> {
  const { models } = await asking(model, () => client.list())
  const tagged = model.includes(':') ? model : `${model}:latest`
  const found = models.find(({ name }) => name === tagged)
  const digest = found?.digest.replace(/^sha256:/, '') ?? ''
  if (/^[0-9a-f]{12,64}$/.test(digest)) return digest.slice(0, 12)
  throw new AppError(
    'unavailable',
    `Ollama does not have "${model}". Run: onefold ollama pull ${model}`,
    {
      reason: 'NO_MODEL',
    },
  )
}

function normalised(model: string, values: unknown): Float32Array {
  const vector = Float32Array.from(Array.isArray(values) ? values : [])
  const length = Math.hypot(...vector)
  if (!Number.isFinite(length) || length === 0) throw strange(model, 'a vector without a direction')
  return vector.map((value) => value / length)
}

const changed = (model: string) =>
  new AppError(
    'unavailable',
    `Ollama has another "${model}" than before; a space for it is built beside. Words alone answer until then.`,
    { reason: 'OLLAMA_MODEL_CHANGED' },
  )

const strange = (model: string, what: string) =>
  new AppError('unavailable', `Ollama answered with ${what} for "${model}".`, {
    reason: 'OLLAMA_ANSWER',
  })

const slug = (model: string): string => model.toLowerCase().replace(/[^a-z0-9]+/g, '_')
