import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type EmbeddingShape, embeddingModel } from './tiny-models/embedding.ts'
import { imageModel } from './tiny-models/image.ts'
import { speechModel } from './tiny-models/speech.ts'

/** Names of the models inside the models folder, by what they are for. */
export const TINY_MODELS = {
  embedding: 'onefold/tiny-bag-of-words',
  image: 'onefold/tiny-colours',
  speech: 'onefold/tiny-tones',
} as const

type TinyKind = keyof typeof TINY_MODELS

/** What may be asked for: a second model of a kind needs a name, and numbers, of its own. */
export interface TinyOptions extends Partial<EmbeddingShape> {
  /** `<organization>/<name>` in the models folder. */
  name?: string
}

/**
 * Writes a real model of a few megabytes at most, in the layout of transformers.js. They run through
 * the same code as large ones, and what they answer depends on what they are given: texts with words
 * in common are alike, "red" finds red pictures, tones are words (`tiny-models/speech-tokens.ts`).
 *
 * @param modelsDir the models folder; the model's own folder is made in it
 * @returns the model's name
 */
export async function makeTinyModel(
  kind: TinyKind,
  modelsDir: string,
  { name = TINY_MODELS[kind], dimension = 64, seed = 1 }: TinyOptions = {},
): Promise<string> {
  const files = {
    embedding: () => embeddingModel({ dimension, seed }),
    image: imageModel,
    speech: speechModel,
  }[kind]()
  for (const [path, content] of Object.entries(files)) {
    const file = join(modelsDir, name, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content instanceof Uint8Array ? content : `${JSON.stringify(content)}\n`)
  }
  return name
}

if (import.meta.main) {
  const [modelsDir, ...kinds] = process.argv.slice(2)
  const isKind = (kind: string): kind is TinyKind => kind in TINY_MODELS
  if (!modelsDir || !kinds.every(isKind)) {
    const known = Object.keys(TINY_MODELS).join(' | ')
    throw new Error(`Say into which models folder: tiny-models.ts FOLDER [${known}] ...`)
  }
  for (const kind of kinds.length > 0 ? kinds : Object.keys(TINY_MODELS).filter(isKind)) {
    const name = await makeTinyModel(kind, modelsDir)
    process.stdout.write(`${resolve(modelsDir, name)}\n`)
  }
}
