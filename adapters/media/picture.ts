import type { ParserFile } from '../../core/ports/parser.ts'
import { loudness } from './loudness.ts'
import { collect, ffmpeg } from './program.ts'

/** Films begin black, with a logo, or with a title: a tenth into them is more telling. */
const SHARE_IN = 0.1
const LATEST_S = 120
/** Frames that can be drawn alone, of which the most usual one is taken; the others are skipped. */
const KEY_FRAMES = 3

/**
 * A frame of a film, WebP. One seek and a few key frames, however long the film is.
 *
 * @returns undefined when there is no frame that can be drawn
 */
export async function filmPicture(
  file: ParserFile,
  durationMs: number,
  widthPx: number,
): Promise<Uint8Array | undefined> {
  const from = Math.min((SHARE_IN * durationMs) / 1000, LATEST_S)
  const frame = (await frameAt(file, from)) ?? (await frameAt(file, 0))
  return frame && webp(frame, widthPx)
}

async function frameAt(file: ParserFile, seconds: number): Promise<Buffer | undefined> {
  const input = ['-ss', seconds.toFixed(3), '-skip_frame', 'nokey']
  const output = ['-map', '0:V:0', '-vf', `thumbnail=n=${KEY_FRAMES}`, ...onePicture]
  const frame = await collect(ffmpeg(file, { input, output }))
  return frame.length > 0 ? frame : undefined
}

/** The picture that came with a recording, WebP. */
export async function coverPicture(
  file: ParserFile,
  index: number,
  widthPx: number,
): Promise<Uint8Array | undefined> {
  const cover = await collect(ffmpeg(file, { output: ['-map', `0:${index}`, ...onePicture] }))
  return cover.length > 0 ? webp(cover, widthPx) : undefined
}

const onePicture = [
  '-an',
  '-sn',
  '-dn',
  '-frames:v',
  '1',
  '-f',
  'image2pipe',
  '-c:v',
  'png',
  'pipe:1',
]

/** How loud a recording is from its start to its end, as a row of bars, WebP. */
export async function soundPicture(
  file: ParserFile,
  durationMs: number,
  widthPx: number,
): Promise<Uint8Array> {
  const levels = await loudness(file, durationMs)
  const heightPx = Math.round(widthPx * 0.4)
  const step = widthPx / (levels.length + 2)
  const bars = levels.map((level, i) => {
    const height = Math.max(2, level * heightPx * 0.8)
    const place = { x: step * (i + 1.2), y: (heightPx - height) / 2 }
    return `<rect x="${place.x}" y="${place.y}" width="${step * 0.6}" height="${height}" rx="1"/>`
  })
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">
    <rect width="100%" height="100%" fill="#fff"/><g fill="#51606b">${bars.join('')}</g></svg>`
  return webp(Buffer.from(drawing), widthPx)
}

/** Loading the library takes longer than reading the headers of a recording. */
async function webp(picture: Buffer, widthPx: number): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  return sharp(picture, { limitInputPixels: 100_000_000 })
    .resize({ width: widthPx, height: 2 * widthPx, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#fff' })
    .webp({ quality: 80 })
    .toBuffer()
}
