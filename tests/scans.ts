import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

/** The one font that is on every machine: it comes with the PDF library. */
const FONT = fileURLToPath(
  import.meta.resolve('pdfjs-dist/standard_fonts/LiberationSans-Regular.ttf'),
)

/** How a page was laid on the glass. */
export interface Scan {
  /** Degrees the page is turned clockwise. */
  turned?: 0 | 90 | 180 | 270
  dpi?: number
}

/** A4 at 150 dpi unless said, as a scanner gives it: grey, not quite white, JPEG. */
export async function scanOf(text: string, { turned = 0, dpi = 150 }: Scan = {}): Promise<Buffer> {
  const [width, height] = [Math.round(8.27 * dpi), Math.round(11.69 * dpi)]
  const margin = Math.round(0.8 * dpi)
  const ink = await lettering(text, { width: width - 2 * margin, dpi })
  const page = await sharp({ create: { width, height, channels: 3, background: '#f6f5f1' } })
    .composite([{ input: ink, left: margin, top: margin }])
    .grayscale()
    .png({ compressionLevel: 1 })
    .toBuffer()
  return await sharp(page).rotate(turned).jpeg({ quality: 70 }).toBuffer()
}

/** Text on transparent ground, 12 points. */
export async function lettering(
  text: string,
  { width, dpi, colour = '#222' }: { width: number; dpi: number; colour?: string },
): Promise<Buffer> {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return await sharp({
    text: {
      text: `<span foreground="${colour}">${escaped}</span>`,
      font: 'Liberation Sans 12',
      fontfile: FONT,
      width,
      dpi,
      rgba: true,
      wrap: 'word',
    },
  })
    .png()
    .toBuffer()
}

/** A page of a PDF: typed text, a scan (JPEG), or a scan with a line of type over it. */
export type PdfPage = string | { scan: Buffer; stamp?: string }

/** A PDF (ISO 32000-1, 7.5) of such pages in A4, upright or across as the scan is. */
export async function pdfOfPages(pages: readonly PdfPage[]): Promise<Buffer> {
  const objects: Buffer[] = []
  const add = (body: string | Buffer): number => objects.push(Buffer.from(body))
  const catalog = add('<< /Type /Catalog /Pages 2 0 R >>')
  add('') // the tree of pages, when they are known
  const font = add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>')
  const kids: number[] = []
  for (const page of pages) {
    const scan = typeof page === 'string' ? undefined : await pictureObject(page.scan)
    const typed = typeof page === 'string' ? page : (page.stamp ?? '')
    const [width, height] = scan?.isWide ? [842, 595] : [595, 842]
    const paint = scan ? `q ${width} 0 0 ${height} 0 0 cm /P Do Q ` : ''
    const contents = add(stream('', Buffer.from(paint + lines(typed, height))))
    const picture = scan ? `/XObject << /P ${add(scan.object)} 0 R >>` : ''
    kids.push(
      add(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] ` +
          `/Contents ${contents} 0 R /Resources << /Font << /F ${font} 0 R >> ${picture} >> >>`,
      ),
    )
  }
  objects[1] = Buffer.from(
    `<< /Type /Pages /Count ${kids.length} /Kids [${kids.map((kid) => `${kid} 0 R`).join(' ')}] >>`,
  )
  return assemble(objects, catalog)
}

const lines = (typed: string, height: number): string =>
  typed
    .split('\n')
    .filter((line) => line !== '')
    .map((line, at) => {
      const escaped = line.replace(/[\\()]/g, '\\$&')
      return `BT /F 12 Tf 60 ${height - 62 - 16 * at} Td (${escaped}) Tj ET`
    })
    .join(' ')

async function pictureObject(jpeg: Buffer) {
  const { width, height, channels } = await sharp(jpeg, { failOn: 'none' }).metadata()
  const colours = channels === 1 ? 'DeviceGray' : 'DeviceRGB'
  const object = stream(
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /BitsPerComponent 8 ` +
      `/ColorSpace /${colours} /Filter /DCTDecode`,
    jpeg,
  )
  return { object, isWide: width > height }
}

const stream = (entries: string, bytes: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`<< ${entries} /Length ${bytes.length} >>\nstream\n`),
    bytes,
    Buffer.from('\nendstream'),
  ])

function assemble(objects: readonly Buffer[], root: number): Buffer {
  const pieces: Buffer[] = [Buffer.from('%PDF-1.5\n')]
  let size = pieces[0]?.length ?? 0
  const rows = objects.map((object, at) => {
    const row = `${String(size).padStart(10, '0')} 00000 n \n`
    const piece = Buffer.concat([
      Buffer.from(`${at + 1} 0 obj\n`),
      object,
      Buffer.from('\nendobj\n'),
    ])
    pieces.push(piece)
    size += piece.length
    return row
  })
  const count = objects.length + 1
  const table = `xref\n0 ${count}\n0000000000 65535 f \n${rows.join('')}`
  const trailer = `trailer << /Size ${count} /Root ${root} 0 R >>\nstartxref\n${size}\n%%EOF\n`
  return Buffer.concat([...pieces, Buffer.from(table + trailer)])
}
