import { truncate } from 'node:fs/promises'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import { openFile } from '../../tests/open-file.ts'
import { madeByFfmpeg, recordedAs } from '../../tests/sounds.ts'
import { mediaParser } from './parser.ts'
import { soundIn, soundOf } from './sound.ts'

const open = async (path: string) => parserFile((await openFile(path)).fd, '')
const extract = async (path: string) => mediaParser.extract(await open(path), () => undefined)

async function preview(path: string) {
  const picture = await mediaParser.preview?.(await open(path), 320)
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true })
  return { data, info, format: (await sharp(picture).metadata()).format }
}

const film = (name: string, args: readonly string[] = []) =>
  madeByFfmpeg(name, [
    '-f',
    'lavfi',
    '-i',
    'color=black:size=320x180:rate=10:duration=1',
    '-f',
    'lavfi',
    '-i',
    'color=red:size=320x180:rate=10:duration=9',
    '-filter_complex',
    '[0][1]concat=n=2',
    '-g',
    '5',
    ...args,
  ])

describe('a recording', () => {
  it('tells its length, its codec and what is written on it; that is its text', async () => {
    const tags = ['-metadata', 'title=Harbour talk', '-metadata', 'artist=Ann Lee']
    const path = await recordedAs('talk.ogg', [['alpha', 3]], [...tags, '-metadata', 'date=2021'])
    expect(await extract(path)).toMatchObject({
      durationMs: 3000,
      parts: [{ text: 'Harbour talk\nAnn Lee', locator: {} }],
      coverage: { done: 1, total: 1, missing: [] },
      metadata: { title: 'Harbour talk', author: 'Ann Lee', created: '2021', codec: 'vorbis' },
    })
  })

  it('is measured where its header only guesses: an MP3 that begins quietly', async () => {
    const variable = ['-q:a', '9', '-write_xing', '0']
    const path = await recordedAs(
      'talk.mp3',
      [
        ['pause', 60],
        ['hibou', 20],
      ],
      variable,
    )
    const { durationMs } = await extract(path)
    expect(Math.abs((durationMs ?? 0) - 80_000)).toBeLessThan(200)
  })

  it('looks like its cover where it has one, else like its sound', async () => {
    const plain = await recordedAs('talk.mp3', [['alpha', 2]])
    const drawn = await preview(plain)
    expect(drawn).toMatchObject({ format: 'webp', info: { width: 320 } })
    const cover = await madeByFfmpeg('talk.mp3', [
      '-i',
      plain,
      '-f',
      'lavfi',
      '-i',
      'color=blue:size=64x64:rate=1:duration=1',
      '-map',
      '0',
      '-map',
      '1',
      '-frames:v',
      '1',
      '-disposition:v',
      'attached_pic',
    ])
    const { data } = await preview(cover)
    expect(data[2]).toBeGreaterThan(200)
    expect((await extract(cover)).metadata).not.toHaveProperty('width')
  })

  it('gives its sound from any place, and keeps the time where sound begins late', async () => {
    const sound = await recordedAs('sound.flac', [['bravo', 2]])
    const picture = await film('picture.mp4')
    const path = await madeByFfmpeg('late.mkv', [
      '-i',
      picture,
      '-itsoffset',
      '3',
      '-i',
      sound,
      '-map',
      '0',
      '-map',
      '1',
      '-c',
      'copy',
    ])
    const levels: number[] = []
    for await (const samples of soundOf(await open(path), { fromMs: 0, durationMs: 60_000 })) {
      for (const sample of samples) levels.push(Math.abs(sample))
    }
    const most = (from: number, to: number) =>
      levels.slice(from * 16_000, to * 16_000).reduce((a, b) => Math.max(a, b), 0)
    expect(most(0, 2.9)).toBe(0)
    expect(most(3.2, 4.8)).toBeGreaterThan(0.1)
    const rest: number[] = []
    for await (const samples of soundOf(await open(path), { fromMs: 4000, durationMs: 500 })) {
      rest.push(...samples)
    }
    expect(rest.length).toBe(8000)
  })
})

describe('a film', () => {
  it('tells its size and when it was taken, and looks like a frame of its middle', async () => {
    const path = await film('film.mp4', ['-metadata', 'creation_time=2024-05-01T10:00:00Z'])
    expect(await extract(path)).toMatchObject({
      durationMs: 10_000,
      metadata: { width: '320', height: '180', created: '2024-05-01T10:00:00.000000Z' },
    })
    const { data, format } = await preview(path)
    expect(format).toBe('webp')
    expect(data[0]).toBeGreaterThan(200)
  })

  it('says so when it has no sound', async () => {
    const path = await film('film.webm')
    await expect(soundIn(await open(path))).rejects.toMatchObject({ reason: 'NO_SOUND' })
  })

  it('is damaged when its table of contents is cut off', async () => {
    const path = await film('film.mp4')
    await truncate(path, 2000)
    const refused = { code: 'unsupported_type', reason: 'DAMAGED_FILE' }
    await expect(extract(path)).rejects.toMatchObject(refused)
  })
})
