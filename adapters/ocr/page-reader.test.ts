import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { PagePicture } from '../../core/ports/parser.ts'
import { lettering, scanOf } from '../../tests/scans.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import type { Engine } from './engine.ts'
import { findLanguage, type LanguageData } from './languages.ts'
import { pageReader, readerBy } from './page-reader.ts'
import { hasTesseract, tesseract } from './tesseract.ts'
import { tesseractJs } from './tesseract-js.ts'

const TEXT =
  'The keeper lights the lamp one hour before sunset and writes the minute into the green book.' +
  '\n\nTwo black cones mean a gale from the north.'

async function pictureOf(image: Uint8Array): Promise<PagePicture> {
  const raw = sharp(image).grayscale().raw()
  const { data, info } = await raw.toBuffer({ resolveWithObject: true })
  return { widthPx: info.width, heightPx: info.height, grey: data }
}

/** Some passes of an engine, on a machine that may be busy. */
const TIMEOUT_MS = 300_000

const never = () => new AbortController().signal

const dataOf = (...languages: string[]): LanguageData[] =>
  languages.flatMap((language) => findLanguage(language) ?? [])

const engines: [string, (languages: readonly LanguageData[]) => Promise<Engine>][] = [
  ['tesseract.js', tesseractJs],
]
if (hasTesseract()) engines.push(['tesseract', tesseract])

describe.each(engines)('reading pages by %s', (_name, engine) => {
  it('keeps lines, and finds how a page lies', { timeout: TIMEOUT_MS }, async () => {
    const reader = readerBy(await engine(dataOf('eng')))
    for (const [turned, rotation] of [
      [90, 270],
      [180, 180],
    ] as const) {
      const read = await reader.read(await pictureOf(await scanOf(TEXT, { turned })), never())
      expect(read.rotation).toBe(rotation)
      expect(read.text).toMatch(
        /^The keeper lights the lamp .* the green\nbook\.\n+Two black cones/,
      )
      expect(read.confidence).toBeGreaterThan(80)
    }
    await reader.close()
  })

  it('gives nothing for what is no text', { timeout: TIMEOUT_MS }, async () => {
    const reader = readerBy(await engine(dataOf('eng')))
    const noise = { create: { width: 300, height: 300, channels: 3, background: '#fff' } } as const
    const grain = { type: 'gaussian', mean: 128, sigma: 40 } as const
    const leaves = await sharp({ create: { ...noise.create, noise: grain } })
      .blur(2)
      .png()
      .toBuffer()
    const empty = { text: '', confidence: 0, rotation: 0 }
    expect(await reader.read(await pictureOf(leaves), never())).toEqual(empty)
    const white = await sharp(noise).png().toBuffer()
    expect(await reader.read(await pictureOf(white), never())).toEqual(empty)
    await reader.close()
  })

  it('goes on after a page that it cannot read', { timeout: TIMEOUT_MS }, async () => {
    const reader = readerBy(await engine(dataOf('eng')))
    const torn = { widthPx: 4000, heightPx: 4000, grey: new Uint8Array(40) }
    await expect(reader.read(torn, never())).rejects.toMatchObject({ reason: 'PARSER_DIED' })
    const { text } = await reader.read(await pictureOf(await scanOf(TEXT)), never())
    expect(text).toContain('Two black cones')
    await reader.close()
  })
})

it('reads umlauts and accents in the languages it is told of', {
  timeout: TIMEOUT_MS,
}, async () => {
  const text =
    'Größere Gruppen warten im Hof.\n\nLe gardien n’est pas près de l’entrée, à côté du phare.'
  const reader = await pageReader(['deu', 'fra'])
  const read = await reader.read(await pictureOf(await scanOf(text)), never())
  expect(read.text).toContain('Größere Gruppen warten im Hof.')
  expect(read.text).toMatch(/près de l.entrée, à côté du phare/)
  await reader.close()
})

it('reads a sign on a photo, light on dark', { timeout: TIMEOUT_MS }, async () => {
  const sign = { width: 900, height: 600, channels: 3, background: '#1c4a2e' } as const
  const ink = await lettering('HARBOUR CLOSED\nuntil Friday', {
    width: 800,
    dpi: 300,
    colour: '#f4f0d8',
  })
  const photo = sharp({ create: sign }).composite([{ input: ink, left: 150, top: 200 }])
  const reader = await pageReader(['eng'])
  const read = await reader.read(await pictureOf(await photo.png().toBuffer()), never())
  expect(read).toMatchObject({ text: expect.stringMatching(/^HARBOUR CLOSED\s+until Friday$/) })
  await reader.close()
})

it('takes a language from the models folder first, and never from a path', {
  timeout: TIMEOUT_MS,
}, async () => {
  const models = await temporaryFolder()
  const folder = join(models, 'tesseract', 'eng')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'eng.traineddata'), readFileSync(dataOf('eng')[0]?.path ?? ''))
  expect(findLanguage('eng', models)?.path).toBe(join(folder, 'eng.traineddata'))
  expect(findLanguage('deu', models)?.path).toMatch(/deu\.traineddata/)
  expect(findLanguage('../tesseract/eng/eng', models)).toBeUndefined()
  expect(findLanguage('xyz', models)).toBeUndefined()
  await expect(pageReader(['xyz'], models)).rejects.toMatchObject({ reason: 'NO_OCR' })
})
