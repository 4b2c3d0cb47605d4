/** A PDF (ISO 32000-1, 7.5) of one page a text, with `padding` in a stream that nothing shows. */
export function pdfOf(pages: readonly string[], padding: Uint8Array = new Uint8Array()): Buffer {
  const firstPage = 5
  const kids = pages.map((_, i) => `${firstPage + 2 * i} 0 R`)
  const objects: Uint8Array[] = [
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from(`<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${pages.length} >>`),
    Buffer.from('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'),
    stream(padding),
    ...pages.flatMap((text, i) => [
      Buffer.from(
        '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] ' +
          `/Resources << /Font << /F1 3 0 R >> >> /Contents ${firstPage + 2 * i + 1} 0 R >>`,
      ),
      stream(Buffer.from(`BT /F1 14 Tf 50 780 Td (${text.replace(/[()\\]/g, '\\$&')}) Tj ET`)),
    ]),
  ]
  return assemble(objects)
}

const stream = (bytes: Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from(`<< /Length ${bytes.byteLength} >>\nstream\n`),
    bytes,
    Buffer.from('\nendstream'),
  ])

function assemble(objects: readonly Uint8Array[]): Buffer {
  const pieces: Uint8Array[] = [Buffer.from('%PDF-1.4\n')]
  const offsets: number[] = []
  let size = pieces[0]?.byteLength ?? 0
  const add = (bytes: Uint8Array) => {
    pieces.push(bytes)
    size += bytes.byteLength
  }
  objects.forEach((object, i) => {
    offsets.push(size)
    add(Buffer.from(`${i + 1} 0 obj\n`))
    add(object)
    add(Buffer.from('\nendobj\n'))
  })
  const start = size
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`)
  add(Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join('')}`))
  add(
    Buffer.from(
      `trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`,
    ),
  )
  return Buffer.concat(pieces)
}
