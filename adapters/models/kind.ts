import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ModelKind } from '../../core/ports/models.ts'
import { isAbsent, targetSize } from './files.ts'

/** `model_type` of the configuration, for models that read more than text. */
const BY_TYPE: Readonly<Record<string, ModelKind>> = {
  whisper: 'speech',
  clip: 'image',
  chinese_clip: 'image',
  siglip: 'image',
  siglip2: 'image',
}

/** Organization under which languages of OCR lie. */
export const OCR_ORGANIZATION = 'tesseract'

/**
 * What a folder that was filled by hand is a model for, by its files; undefined when it is no whole
 * model, or none that is known here.
 */
export async function kindOf(folder: string, organization: string): Promise<ModelKind | undefined> {
  if (organization === OCR_ORGANIZATION) {
    return (await has(folder, `${basename(folder)}.traineddata`)) ? 'ocr' : undefined
  }
  const config = await readConfig(folder)
  if (!config || !(await has(folder, 'tokenizer.json'))) return undefined
  const type = typeof config.model_type === 'string' ? config.model_type : ''
  const kind = BY_TYPE[type] ?? 'embedding'
  // Anything else that reads pictures or sound has a preprocessor.
  if (kind === 'embedding' && (await has(folder, 'preprocessor_config.json'))) return undefined
  const weights = await Promise.all(WEIGHTS[kind].map((names) => hasAny(folder, names)))
  return weights.every(Boolean) ? kind : undefined
}

/** Weights that a model of a kind needs, one of each row; the first is preferred. */
export const WEIGHTS: Readonly<Record<ModelKind, readonly (readonly string[])[]>> = {
  embedding: [['onnx/model_quantized.onnx', 'onnx/model.onnx']],
  speech: [
    ['onnx/encoder_model_quantized.onnx', 'onnx/encoder_model.onnx'],
    ['onnx/decoder_model_merged_quantized.onnx', 'onnx/decoder_model_merged.onnx'],
  ],
  image: [
    ['onnx/text_model_quantized.onnx', 'onnx/text_model.onnx'],
    ['onnx/vision_model_quantized.onnx', 'onnx/vision_model.onnx'],
  ],
  ocr: [],
}

async function readConfig(folder: string): Promise<Record<string, unknown> | undefined> {
  try {
    const config: unknown = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))
    return typeof config === 'object' && config !== null
      ? (config as Record<string, unknown>)
      : undefined
  } catch (cause) {
    if (isAbsent(cause) || cause instanceof SyntaxError) return undefined
    throw cause
  }
}

const has = async (folder: string, path: string): Promise<boolean> =>
  (await targetSize(join(folder, path))) !== undefined

async function hasAny(folder: string, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (await has(folder, path)) return true
  return false
}
