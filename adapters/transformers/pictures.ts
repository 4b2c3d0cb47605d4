import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  AutoProcessor,
  AutoTokenizer,
  CLIPTextModelWithProjection,
  CLIPVisionModelWithProjection,
  env,
  RawImage,
  type Tensor,
} from '@huggingface/transformers'
import { AppError } from '../../core/errors.ts'
import type { PictureEmbedder } from '../../core/ports/index.ts'
import { readSettings } from './model-folder.ts'

/**
 * Cosine below which a text does not tell of a picture. Published CLIP models put what a picture shows
 * at 0.24 to 0.33, anything else at 0.10 to 0.20 (Radford et al. 2021, and models made after it).
 */
const FLOOR = 0.22
/** Of the network that looks at pictures, where its files do not say. */
const SIDE_PX = 224
/** Tokens of a text, as every CLIP was trained. */
const LONGEST_TEXT = 77

/**
 * A model of the CLIP kind from the models folder, run by transformers.js on one thread. Never looks
 * for anything on the internet.
 *
 * @param model `<organization>/<name>`
 * @throws AppError `unavailable` (reason `NO_MODEL`) when it is not there or cannot be loaded
 */
export async function transformersPictures({
  modelsDir,
  model,
}: {
  modelsDir: string
  model: string
}): Promise<PictureEmbedder> {
  const { tokenizer, processor, seeing, reading, sidePx, longestText } = await load(
    resolve(modelsDir),
    model,
  )
  const embedPicture = async (rgb: Uint8Array, widthPx: number, heightPx: number) => {
    const picture = new RawImage(new Uint8ClampedArray(rgb), widthPx, heightPx, 3)
    const output = await seeing(await processor(picture))
    return unit(output.image_embeds)
  }
  const blank = await embedPicture(new Uint8Array(3 * sidePx * sidePx).fill(127), sidePx, sidePx)
  return {
    space: {
      id: `${model.toLowerCase().replace(/[^a-z0-9]+/g, '_')}_${blank.length}_pictures`,
      model,
      dimension: blank.length,
      pooling: 'none',
    },
    floor: FLOOR,
    sidePx,
    embedPicture,
    async embedText(text) {
      const fit = { padding: true, truncation: true, max_length: longestText }
      const output = await reading(tokenizer([text], fit))
      return unit(output.text_embeds)
    },
    async close() {
      await seeing.dispose()
      await reading.dispose()
    },
  }
}

const unit = (embeds: Tensor): Float32Array => embeds.normalize(2, -1).data as Float32Array

async function load(modelsDir: string, model: string) {
  env.allowRemoteModels = false
  env.localModelPath = `${modelsDir}/`
  env.useFSCache = false
  try {
    const folder = join(modelsDir, model)
    const { longestText } = await readSettings(folder)
    const local = { local_files_only: true }
    const options = async (network: string) => ({
      ...local,
      dtype: await precisionOf(folder, network),
      session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
    })
    const tokenizer = await AutoTokenizer.from_pretrained(model, local)
    const processor = await AutoProcessor.from_pretrained(model, local)
    const reading = await CLIPTextModelWithProjection.from_pretrained(
      model,
      await options('text_model'),
    )
    const seeing = await CLIPVisionModelWithProjection.from_pretrained(
      model,
      await options('vision_model'),
    )
    const { crop_size: crop } = processor.image_processor ?? {}
    const sidePx = typeof crop?.height === 'number' ? crop.height : SIDE_PX
    const longest = Math.min(longestText, LONGEST_TEXT)
    return { tokenizer, processor, reading, seeing, sidePx, longestText: longest }
  } catch (cause) {
    throw new AppError(
      'unavailable',
      `The model for pictures "${model}" in ${modelsDir} cannot be loaded.`,
      { reason: 'NO_MODEL', cause },
    )
  }
}

/** 8-bit weights cost about half the processor time. */
async function precisionOf(folder: string, network: string): Promise<'q8' | 'fp32'> {
  const path = join(folder, 'onnx', `${network}_quantized.onnx`)
  return stat(path).then(
    () => 'q8',
    () => 'fp32',
  )
}
