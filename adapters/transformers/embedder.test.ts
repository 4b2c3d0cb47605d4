import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeTinyModel, TINY_MODELS } from '../../scripts/tiny-models.ts'
import { embedderContract } from '../../tests/contracts/embedder.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { transformersEmbedder } from './embedder.ts'
import { findModel } from './model-folder.ts'

const TINY_MODEL = TINY_MODELS.embedding

async function tinyModels(): Promise<string> {
  const modelsDir = await temporaryFolder()
  await makeTinyModel('embedding', modelsDir)
  return modelsDir
}

embedderContract('transformers', async () => {
  const modelsDir = await tinyModels()
  return transformersEmbedder({ modelsDir, model: await findModel(modelsDir) })
})

describe('the transformers embedder', () => {
  it('ranks texts by what they share, in any order and company', async () => {
    const embedder = await transformersEmbedder({
      modelsDir: await tinyModels(),
      model: TINY_MODEL,
    })
    const texts = ['a photo of a dog', 'x', 'the annual budget report', '', 'budget '.repeat(200)]
    const vectors = await embedder.embed(texts)
    const [question] = await embedder.embed(['report on the annual budget'], 'query')
    const ranked = texts
      .map((text, i) => ({ text, similarity: dot(question, vectors[i]) }))
      .sort((a, b) => b.similarity - a.similarity)
    expect(ranked[0]?.text).toBe('the annual budget report')
    expect(ranked.at(-1)?.similarity).toBeLessThan(0.2)
    expect(embedder.space).toEqual({
      id: 'onefold_tiny_bag_of_words_64_mean',
      model: TINY_MODEL,
      dimension: 64,
      pooling: 'mean',
    })
    await embedder.close()
  })

  it('puts the prompts of a retrieval model before queries and passages', async () => {
    const modelsDir = await tinyModels()
    const prompts = { query: 'zebra zebra zebra ', passage: '' }
    const file = join(modelsDir, TINY_MODEL, 'config_sentence_transformers.json')
    await writeFile(file, JSON.stringify({ prompts }))
    const embedder = await transformersEmbedder({ modelsDir, model: TINY_MODEL })
    const [query] = await embedder.embed(['budget'], 'query')
    const [passage, zebra] = await embedder.embed(['budget', 'zebra'], 'passage')
    expect(dot(query, zebra)).toBeGreaterThan(dot(passage, zebra) + 0.3)
    await embedder.close()
  })

  it('takes the first whole text model of the folder, and none where there is none', async () => {
    const modelsDir = await tinyModels()
    const whisper = join(modelsDir, 'aaa', 'whisper')
    await mkdir(join(whisper, 'onnx'), { recursive: true })
    for (const name of [
      'config.json',
      'tokenizer.json',
      'preprocessor_config.json',
      'onnx/model.onnx',
    ]) {
      await writeFile(join(whisper, name), '{}')
    }
    await mkdir(join(modelsDir, 'bbb', 'half'), { recursive: true })
    await copyFile(join(whisper, 'config.json'), join(modelsDir, 'bbb', 'half', 'config.json'))
    expect(await findModel(modelsDir)).toBe(TINY_MODEL)
    expect(await findModel(join(modelsDir, 'bbb'))).toBeUndefined()
    expect(await findModel(join(modelsDir, 'nowhere'))).toBeUndefined()
  })

  it('says what to do when the model is missing or broken, and never asks the internet', async () => {
    const modelsDir = await tinyModels()
    const refused = { code: 'unavailable', reason: 'NO_MODEL' }
    await expect(transformersEmbedder({ modelsDir, model: undefined })).rejects.toMatchObject(
      refused,
    )
    await expect(
      transformersEmbedder({ modelsDir, model: 'sentence-transformers/all-MiniLM-L6-v2' }),
    ).rejects.toMatchObject(refused)
    await writeFile(join(modelsDir, TINY_MODEL, 'onnx', 'model.onnx'), 'not a model')
    await expect(transformersEmbedder({ modelsDir, model: TINY_MODEL })).rejects.toMatchObject(
      refused,
    )
    await rm(join(modelsDir, TINY_MODEL, 'tokenizer.json'))
    await expect(transformersEmbedder({ modelsDir, model: TINY_MODEL })).rejects.toThrow(modelsDir)
  })
})

const dot = (a: Float32Array | undefined, b: Float32Array | undefined): number =>
  Array.from(a ?? []).reduce((sum, value, i) => sum + value * (b?.[i] ?? 0), 0)
