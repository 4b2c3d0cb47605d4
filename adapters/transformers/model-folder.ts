import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hasSystemCode } from '../../core/errors.ts'

/** What a model's own files say about how it wants to be run. */
export interface ModelSettings {
  /** Which of the weights are there; 8-bit ones cost about half the processor time. */
  dtype: 'q8' | 'fp32'
  pooling: 'mean' | 'cls'
  /** Put before each text; retrieval models are trained with it. */
  prompts: { query: string; passage: string }
  /** Tokens after which a text is cut. */
  longestText: number
}

/**
 * The first embedding model in a models folder, as `<organization>/<name>`, by name.
 *
 * @returns undefined when there is none, or no such folder
 */
export async function findModel(modelsDir: string): Promise<string | undefined> {
  for (const organization of await foldersIn(modelsDir)) {
    for (const name of await foldersIn(join(modelsDir, organization))) {
      const model = `${organization}/${name}`
      if (await isTextModel(join(modelsDir, model))) return model
    }
  }
  return undefined
}

/** Pictures and sound need a preprocessor; a model without one embeds text. */
async function isTextModel(folder: string): Promise<boolean> {
  const has = (...path: string[]) => exists(join(folder, ...path))
  if (!(await has('config.json')) || !(await has('tokenizer.json'))) return false
  if (await has('preprocessor_config.json')) return false
  return (await has('onnx', 'model_quantized.onnx')) || (await has('onnx', 'model.onnx'))
}

/** @throws SystemError or SyntaxError when the folder is not a whole model */
export async function readSettings(folder: string): Promise<ModelSettings> {
  const config = await readJson(join(folder, 'config.json'))
  const pooling = await readOptional(join(folder, '1_Pooling', 'config.json'))
  const sentences = await readOptional(join(folder, 'config_sentence_transformers.json'))
  const tokenizer = await readOptional(join(folder, 'tokenizer_config.json'))
  const lengths = [tokenizer.model_max_length, config.max_position_embeddings].filter(
    (length) => typeof length === 'number',
  )
  return {
    dtype: (await exists(join(folder, 'onnx', 'model_quantized.onnx'))) ? 'q8' : 'fp32',
    pooling: pooling.pooling_mode_cls_token === true ? 'cls' : 'mean',
    prompts: promptsOf(folder, sentences.prompts),
    longestText: Math.min(...lengths, 8192),
  }
}

/** As the model's files say (sentence-transformers); E5 models need theirs, and often do not say. */
function promptsOf(folder: string, stated: unknown): { query: string; passage: string } {
  const prompts = (stated ?? {}) as Record<string, unknown>
  const textOf = (...names: string[]) =>
    names.map((name) => prompts[name]).find((prompt) => typeof prompt === 'string')
  const isE5 = /(^|[-_/])e5([-_]|$)/i.test(folder)
  return {
    query: textOf('query') ?? (isE5 ? 'query: ' : ''),
    passage: textOf('passage', 'document') ?? (isE5 ? 'passage: ' : ''),
  }
}

async function foldersIn(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => name)
      .sort()
  } catch (cause) {
    if (hasSystemCode(cause, 'ENOENT') || hasSystemCode(cause, 'ENOTDIR')) return []
    throw cause
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (cause) {
    if (hasSystemCode(cause, 'ENOENT') || hasSystemCode(cause, 'ENOTDIR')) return false
    throw cause
  }
}

const readJson = async (path: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>

const readOptional = async (path: string): Promise<Record<string, unknown>> =>
  (await exists(path)) ? readJson(path) : {}
