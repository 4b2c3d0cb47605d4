import { constants, deflateSync } from 'node:zlib'

const MIB = 1024 * 1024

/** A PDF (ISO 32000-1, 7.5) of these objects, of which the first is the catalog. */
export function pdfOf(objects: readonly (string | Buffer)[], trailer = ''): Buffer {
  const pieces: Buffer[] = [Buffer.from('%PDF-1.4\n')]
  const offsets: number[] = []
  let at = pieces[0]?.length ?? 0
  for (const [index, object] of objects.entries()) {
    offsets.push(at)
    const piece = Buffer.concat([
      Buffer.from(`${index + 1} 0 obj\n`),
      Buffer.from(object as string),
      Buffer.from('\nendobj\n'),
    ])
    pieces.push(piece)
    at += piece.length
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`
  const end = `trailer<</Size ${objects.length + 1}/Root 1 0 R${trailer}>>\nstartxref\n${at}\n%%EOF`
  return Buffer.concat([...pieces, Buffer.from(table + end)])
}

const CATALOG = '<</Type/Catalog/Pages 2 0 R>>'
const PAGES = '<</Type/Pages/Kids[3 0 R]/Count 1>>'

const pageOf = (box: string, more = '') =>
  `<</Type/Page/Parent 2 0 R/MediaBox[${box}]/Resources<<>>${more}>>`

const streamOf = (bytes: Buffer, dictionary: string) =>
  Buffer.concat([
    Buffer.from(`<</Length ${bytes.length}${dictionary}>>\nstream\n`),
    bytes,
    Buffer.from('\nendstream'),
  ])

/** A page whose drawing is packed twice: kilobytes that are `mib` MiB. */
export function flateTwice(mib: number): Buffer {
  const flushed = { finishFlush: constants.Z_FULL_FLUSH, level: 9 }
  const head = deflateSync(Buffer.alloc(0), flushed)
  const one = deflateSync(Buffer.alloc(MIB, '0 '), flushed).subarray(2)
  const drawn = Buffer.concat([head, ...Array.from({ length: mib }, () => one)])
  const twice = streamOf(deflateSync(drawn, { level: 9 }), '/Filter[/FlateDecode/FlateDecode]')
  return pdfOf([CATALOG, PAGES, pageOf('0 0 100 100', '/Contents 4 0 R'), twice])
}

export const millionPages = (): Buffer =>
  pdfOf([CATALOG, '<</Type/Pages/Kids[3 0 R]/Count 1000000>>', pageOf('0 0 100 100')])

/** Pages in a tree of which each branch is the only one of the branch before. */
export function deepTree(depth: number): Buffer {
  const branches = Array.from(
    { length: depth },
    (_, level) => `<</Type/Pages/Kids[${level + 3} 0 R]/Count 1>>`,
  )
  return pdfOf([CATALOG, ...branches, pageOf('0 0 100 100')])
}

export const ownParent = (): Buffer => pdfOf([CATALOG, '<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>'])

export const hugePaper = (): Buffer => pdfOf([CATALOG, PAGES, pageOf('0 0 2000000000 2000000000')])

export const endlessTables = (): Buffer =>
  pdfOf([CATALOG, PAGES, pageOf('0 0 100 100')], '/Prev 9').subarray(0)

export const withScript = (): Buffer =>
  pdfOf([
    '<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.launchURL\\("http://127.0.0.1:9/"\\);for\\(;;\\);)>>>>',
    PAGES,
    pageOf('0 0 100 100'),
  ])

/** A picture in a page that says it is a hundred thousand pixels wide and high. */
export function hugePicture(): Buffer {
  const drawing = streamOf(Buffer.from('q 100 0 0 100 0 0 cm /I Do Q'), '')
  const picture = streamOf(
    deflateSync(Buffer.alloc(MIB)),
    '/Type/XObject/Subtype/Image/Width 100000/Height 100000/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode',
  )
  const page = `<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>`
  return pdfOf([CATALOG, PAGES, page, drawing, picture])
}
