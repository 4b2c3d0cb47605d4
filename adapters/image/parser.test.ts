import sharp from 'sharp'
import { expect, it } from 'vitest'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import { fileOf } from '../../tests/open-file.ts'
import { imageParser } from './parser.ts'

async function file(bytes: Uint8Array, mediaType: string) {
  const { fd } = await fileOf(bytes)
  return parserFile(fd, mediaType)
}

const quiet = () => undefined

it('refuses a picture of 2,500 megapixels by its header, and knows its kind all the same', async () => {
  const png = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#fff' } })
    .png()
    .toBuffer()
  png.writeUInt32BE(50_000, 16)
  png.writeUInt32BE(50_000, 20)
  const bomb = await file(png, 'image/png')
  await expect(imageParser.preview?.(bomb, 100)).rejects.toMatchObject({ reason: 'NO_PREVIEW' })
  expect(await imageParser.extract(bomb, quiet)).toMatchObject({ parts: [] })
})

it('never runs a drawing', async () => {
  const svg = await file(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml')
  await expect(imageParser.preview?.(svg, 100)).rejects.toMatchObject({ reason: 'NO_PREVIEW' })
})

it('puts transparent pictures on white paper', async () => {
  const empty = { r: 0, g: 0, b: 0, alpha: 0 }
  const png = await sharp({ create: { width: 8, height: 8, channels: 4, background: empty } })
    .png()
    .toBuffer()
  const picture = await imageParser.preview?.(await file(png, 'image/png'), 8)
  const { channels } = await sharp(picture).stats()
  expect(channels.map(({ min }) => min)).toEqual([255, 255, 255])
})
