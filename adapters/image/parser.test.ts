import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import type { PagePicture, ParserFile } from '../../core/ports/parser.ts'
import { fileOf, fixture } from '../../tests/open-file.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { hasHeifConvert } from './heic.ts'
import { imageParser } from './parser.ts'

async function file(bytes: Uint8Array, mediaType: string) {
  const { fd } = await fileOf(bytes)
  return parserFile(fd, mediaType)
}

const quiet = () => undefined

it.each([30_000, 50_000])(
  'C4 image-bomb: refuses %i pixels squared by the header',
  async (side) => {
    const png = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#fff' } })
      .png()
      .toBuffer()
    png.writeUInt32BE(side, 16)
    png.writeUInt32BE(side, 20)
    const bomb = await file(png, 'image/png')
    const refused = { code: 'unsupported_type', reason: 'TOO_LARGE_INSIDE' }
    await expect(imageParser.extract(bomb, quiet)).rejects.toMatchObject(refused)
    await expect(imageParser.preview?.(bomb, 100)).rejects.toMatchObject(refused)
    await expect(paintAll(bomb, [1])).rejects.toMatchObject(refused)
  },
)

it('tells when and with what a photo was taken, not where, and shows it nowhere', async () => {
  const shot = await file(await photo(), 'image/jpeg')
  const { metadata, pictureHash } = await imageParser.extract(shot, quiet)
  expect(metadata).toEqual({
    width: '80',
    height: '120',
    taken: '2026-05-04T10:20:30+02:00',
    camera: 'Lumen L-200',
    author: 'Marta K.',
  })
  expect(pictureHash).toMatch(/^[0-9a-f]{16}$/)
  const preview = await imageParser.preview?.(shot, 80)
  expect((await sharp(preview).metadata()).exif).toBeUndefined()
})

it('knows copies of a picture by their hash, and other pictures apart', async () => {
  const one = await landscape(7)
  const copies = [
    await sharp(one).resize(200).jpeg({ quality: 40 }).toBuffer(),
    await sharp(one).modulate({ brightness: 1.1 }).webp().toBuffer(),
  ]
  const hash = await hashOf(one)
  for (const copy of copies) expect(distance(hash, await hashOf(copy))).toBeLessThanOrEqual(10)
  expect(distance(hash, await hashOf(await landscape(23)))).toBeGreaterThan(16)
  const plain = sharp({ create: { width: 50, height: 50, channels: 3, background: '#7a1' } })
  expect(await hashOf(await plain.png().toBuffer())).toBe('')
})

it('takes the sheets of a scan in one file as pages, and an animation as its first frame', async () => {
  const sheets = await file(await sheaf(3), 'image/tiff')
  const { pageCount, scannedPages, coverage } = await imageParser.extract(sheets, quiet)
  expect({ pageCount, scannedPages }).toEqual({ pageCount: 3, scannedPages: [1, 2, 3] })
  expect(coverage).toMatchObject({ unit: 'page', total: 3 })
  const greys = (await paintAll(sheets, [3, 1])).map(({ grey }) => grey[0])
  expect(greys).toEqual([180, 60])
  const shown = await picturesOf(sheets, 1_000_000)
  const tones = await Promise.all(shown.map(greyOf))
  expect(tones.map((tone) => Math.round(tone / 10) * 10)).toEqual([60, 120, 180])
  expect(await picturesOf(sheets, shown[0]?.byteLength ?? 0)).toHaveLength(1)
  const frames = sharp(await sheaf(3), { animated: true })
  const animation = await file(await frames.gif().toBuffer(), 'image/gif')
  expect(await imageParser.extract(animation, quiet)).not.toHaveProperty('pageCount')
  expect(await paintAll(animation, [1])).toMatchObject([{ widthPx: 80, heightPx: 60 }])
  expect(await picturesOf(animation, 1_000_000)).toEqual([])
})

it('paints small pictures larger and large ones smaller, so that letters can be read', async () => {
  const sizeOf = async (side: number) => {
    const blank = sharp({ create: { width: side, height: 10, channels: 4, background: '#fff0' } })
    const [painted] = await paintAll(await file(await blank.png().toBuffer(), 'image/png'), [1])
    return painted?.widthPx
  }
  expect([await sizeOf(400), await sizeOf(2000), await sizeOf(9000)]).toEqual([800, 2000, 2600])
})

it('gives rows of RGB cropped around the middle, whatever the picture is made of', async () => {
  const flag = sharp({ create: { width: 60, height: 20, channels: 3, background: '#00f' } })
  const red = sharp({ create: { width: 20, height: 20, channels: 3, background: '#f00' } })
  const middle = [{ input: await red.png().toBuffer(), left: 20, top: 0 }]
  const size = { widthPx: 4, heightPx: 4 }
  const png = await flag.composite(middle).png().toBuffer()
  const pixels = await imageParser.pixels?.(await file(png, 'image/png'), size)
  const middlePixel = [...(pixels ?? [])].slice(3 * 5, 3 * 6)
  expect(middlePixel).toEqual([255, 0, 0])
  expect(pixels).toHaveLength(48)
  const grey = await sharp(png).grayscale().png({ palette: true }).toBuffer()
  expect(await imageParser.pixels?.(await file(grey, 'image/png'), size)).toHaveLength(48)
})

it('reads what telephones take (HEIC) by heif-convert, and asks for it where it is missing', async () => {
  const heic = await file(readFileSync(fixture('sign.heic')), 'image/heic')
  expect(await imageParser.extract(heic, quiet)).toMatchObject({
    metadata: { width: '640', height: '480', camera: 'Lumen L-200' },
  })
  if (hasHeifConvert()) {
    expect(await paintAll(heic, [1])).toMatchObject([{ widthPx: 1280, heightPx: 960 }])
    expect(await imageParser.preview?.(heic, 100)).toBeInstanceOf(Uint8Array)
  } else {
    const missing = { code: 'unavailable', reason: 'NO_CONVERTER' }
    await expect(paintAll(heic, [1])).rejects.toMatchObject(missing)
    await expect(imageParser.preview?.(heic, 100)).rejects.toMatchObject(missing)
  }
})

const SVG = 'xmlns="http://www.w3.org/2000/svg" width="60" height="40"'
const drawing = (inside: string, before = '') =>
  file(Buffer.from(`${before}<svg ${SVG}>${inside}</svg>`), 'image/svg+xml')

describe('a drawing (SVG)', () => {
  it('is painted, small ones larger, and its scripts are no part of the picture', async () => {
    const svg = await drawing('<script>alert(1)</script><rect width="60" height="40" fill="#00f"/>')
    const picture = await imageParser.preview?.(svg, 300)
    const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 300, height: 200 })
    expect([...data.subarray(0, 3)].map((shade) => shade > 128)).toEqual([false, false, true])
    expect(Buffer.from(picture ?? []).toString('latin1')).not.toContain('script')
  })

  it('is painted without anything that lies outside of it', async () => {
    const red = sharp({ create: { width: 60, height: 40, channels: 3, background: '#f00' } })
    const path = join(await temporaryFolder(), 'red.png')
    await red.toFile(path)
    for (const href of [path, `file://${path}`, 'http://127.0.0.1:9/red.png']) {
      const svg = await drawing(`<image href="${href}" width="60" height="40"/>`)
      const { channels } = await sharp(await imageParser.preview?.(svg, 60)).stats()
      expect(channels.map(({ min }) => min)).toEqual([255, 255, 255])
    }
  })

  it('has its words read as letters, those of its scripts and styles not', async () => {
    const svg = await drawing(
      '<title>Plan of the cellar</title><style>text { fill: red }</style>' +
        '<text y="9">Oil &amp; <tspan x="30">paraf<tspan>fin</tspan></tspan><tspan x="50">lamps</tspan></text>' +
        '<script>alert("word")</script><a><text>Stairs</text></a>',
    )
    const { parts } = await imageParser.extract(svg, quiet)
    expect(parts).toEqual([
      { text: 'Plan of the cellar\nOil & paraffin lamps\nStairs', locator: {} },
    ])
    expect((await imageParser.extract(await drawing('<rect/>'), quiet)).parts).toEqual([])
  })

  it('is damaged when it names another file as part of its text', async () => {
    const named = '<!DOCTYPE svg [<!ENTITY x SYSTEM "/etc/passwd">]>'
    const svg = await drawing('<text y="20">&x;</text>', named)
    await expect(imageParser.preview?.(svg, 100)).rejects.toThrow('Entity')
  })
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

const paintAll = async (opened: ParserFile, pages: number[]): Promise<PagePicture[]> => {
  const painted: PagePicture[] = []
  for await (const { paint } of imageParser.paintPages?.(opened, pages) ?? []) {
    painted.push(await paint(new AbortController().signal))
  }
  return painted
}

const hashOf = async (bytes: Uint8Array): Promise<string> =>
  (await imageParser.extract(await file(bytes, 'image/png'), quiet)).pictureHash ?? ''

/** Bits in which two hashes differ. */
const distance = (one: string, other: string): number =>
  (BigInt(`0x${one}`) ^ BigInt(`0x${other}`)).toString(2).replaceAll('0', '').length

/** Some hills under a sky, other ones for another seed. */
async function landscape(seed: number): Promise<Buffer> {
  const [width, height] = [400, 300]
  const pixels = Buffer.alloc(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const hill = Math.sin((x * seed) / 290) * Math.cos((y * seed) / 170 + x / 90)
      pixels[y * width + x] = 128 + 100 * hill
    }
  }
  return await sharp(pixels, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer()
}

/** Taken with the camera on its side, and with everything that a camera may write. */
const photo = async (): Promise<Buffer> =>
  await sharp({ create: { width: 120, height: 80, channels: 3, background: '#36a' } })
    .composite([{ input: await patch(), left: 10, top: 10 }])
    .withExif({
      IFD0: { Make: 'Lumen', Model: 'Lumen L-200', Artist: 'Marta K.' },
      IFD2: { DateTimeOriginal: '2026:05:04 10:20:30', OffsetTimeOriginal: '+02:00' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 51/1 29/1' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()

const patch = () =>
  sharp({ create: { width: 40, height: 30, channels: 3, background: '#fe8' } })
    .png()
    .toBuffer()

async function picturesOf(sheets: ParserFile, maxBytes: number): Promise<Uint8Array[]> {
  const pictures: Uint8Array[] = []
  const shown = imageParser.pagePictures?.(sheets, { widthPx: 30, maxBytes }) ?? []
  for await (const picture of shown) pictures.push(picture)
  return pictures
}

async function greyOf(picture: Uint8Array): Promise<number> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true })
  expect(info).toMatchObject({ width: 30, channels: 3 })
  return data[0] ?? 0
}

/** Pages of grey, from dark to light. */
async function sheaf(count: number): Promise<Buffer> {
  const pages = Array.from({ length: count }, (_, at) => {
    const grey = 60 * (at + 1)
    const background = { r: grey, g: grey, b: grey }
    return sharp({ create: { width: 40, height: 30, channels: 3, background } })
      .png()
      .toBuffer()
  })
  return await sharp(await Promise.all(pages), { join: { animated: true } })
    .tiff()
    .toBuffer()
}
