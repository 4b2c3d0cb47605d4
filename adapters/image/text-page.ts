import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

/** The one font that is always there: it comes with the PDF library. */
const FONT = fileURLToPath(
  import.meta.resolve('pdfjs-dist/standard_fonts/LiberationSans-Regular.ttf'),
)
/** Parts of the page's width. */
const MARGIN = 0.09
const HEIGHT = 4 / 3
/** At 640 pixels of width; lines run to about 80 characters. */
const POINTS = 10.5
const LINES = 42

/** Typesets the beginning of a text as a white page in portrait, WebP. */
export async function textPage(text: string, widthPx: number): Promise<Uint8Array> {
  const margin = Math.round(widthPx * MARGIN)
  const height = Math.round(widthPx * HEIGHT)
  const box = { width: widthPx - 2 * margin, height: height - 2 * margin }
  const picture = await sharp({
    text: {
      text: markup(text),
      font: `Liberation Sans ${POINTS}`,
      fontfile: FONT,
      width: box.width,
      dpi: Math.round((96 * widthPx) / 640),
      wrap: 'word-char',
      rgba: true,
    },
  })
    .png({ compressionLevel: 1 })
    .toBuffer({ resolveWithObject: true })
  const shown = await sharp(picture.data)
    .extract({
      left: 0,
      top: 0,
      width: Math.min(picture.info.width, box.width),
      height: Math.min(picture.info.height, box.height),
    })
    .png({ compressionLevel: 1 })
    .toBuffer()
  return await sharp({ create: { width: widthPx, height, channels: 3, background: '#fff' } })
    .composite([{ input: shown, left: margin, top: margin }])
    .webp({ quality: 80 })
    .toBuffer()
}

/** Pango reads marks; the text has none. A short first line with a gap below it is a title. */
function markup(text: string): string {
  const [first = '', second, ...rest] = text.split('\n', LINES).map(escaped)
  const hasTitle = second?.trim() === '' && first.length < 90
  const title = hasTitle ? `<span size="x-large" weight="bold">${first}</span>` : first
  return `<span foreground="#24292f">${[title, second ?? '', ...rest].join('\n')}</span>`
}

/** Tabs of tables become gaps. */
const escaped = (line: string): string =>
  line
    .slice(0, 400)
    .replaceAll('\t', '   ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
