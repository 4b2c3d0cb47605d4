import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { makeTinyModel } from '../../scripts/tiny-models.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { transformersPictures } from './pictures.ts'

async function tinyPictures() {
  const modelsDir = await temporaryFolder()
  const model = await makeTinyModel('image', modelsDir)
  const pictures = await transformersPictures({ modelsDir, model })
  onTestFinished(() => pictures.close())
  return { modelsDir, model, pictures }
}

const plain = (sidePx: number, colour: readonly number[]) =>
  Uint8Array.from({ length: sidePx * sidePx * 3 }, (_, i) => colour[i % 3] ?? 0)

const dot = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)

it('brings what a picture shows near to what is asked, in vectors of length 1', async () => {
  const { pictures, model } = await tinyPictures()
  const { sidePx, space } = pictures
  expect(space).toEqual({
    id: 'onefold_tiny_colours_32_pictures',
    model,
    dimension: 32,
    pooling: 'none',
  })
  const red = await pictures.embedPicture(plain(sidePx, [250, 10, 10]), sidePx, sidePx)
  const blue = await pictures.embedPicture(plain(64, [10, 10, 250]), 64, 64)
  const asked = await pictures.embedText('a red car')
  for (const vector of [red, blue, asked]) expect(dot(vector, vector)).toBeCloseTo(1, 4)
  expect(dot(asked, red)).toBeGreaterThan(pictures.floor + 0.3)
  expect(dot(asked, blue)).toBeLessThan(pictures.floor)
})

it('cuts a text that is longer than the model reads', async () => {
  const { pictures } = await tinyPictures()
  const vector = await pictures.embedText('red '.repeat(500))
  expect(dot(vector, await pictures.embedText('red'))).toBeGreaterThan(0.9)
})

it('says which model cannot be loaded', async () => {
  const { modelsDir, model } = await tinyPictures()
  await rm(join(modelsDir, model, 'onnx', 'vision_model.onnx'))
  const refused = { code: 'unavailable', reason: 'NO_MODEL' }
  await expect(transformersPictures({ modelsDir, model })).rejects.toMatchObject(refused)
  await expect(transformersPictures({ modelsDir, model: 'no/such' })).rejects.toMatchObject(refused)
})
