import { expect, it } from 'vitest'
import { probe } from '../../adapters/sniff/probe.ts'
import { settleArrivals } from '../../core/ingest/settle.ts'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import { fileOf } from '../open-file.ts'
import { formOf, serverWorld } from '../server-world.ts'

const SCRIPT = 'fetch("/it-ran");alert(1)'
const HTML = `<!doctype html><html><body><script>${SCRIPT}</script></body></html>`

const latin = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

/** A zip of one empty member whose name, or what stands before it, is a page (APPNOTE 4.3.7 to 4.3.16). */
function zipWith({ before = '', name = 'a' }: { before?: string; name?: string }): Uint8Array {
  const head = Buffer.alloc(26)
  head.writeUInt16LE(10, 0)
  head.writeUInt16LE(name.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), head, Buffer.from(name)])
  const entry = Buffer.concat([
    Buffer.from('PK\x01\x02\x0a\x00'),
    head.subarray(0, 24),
    Buffer.alloc(12),
    Buffer.alloc(4),
    Buffer.from(name),
  ])
  entry.writeUInt32LE(before.length, 42)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(entry.length, 12)
  end.writeUInt32LE(before.length + local.length, 16)
  return new Uint8Array(Buffer.concat([Buffer.from(before), local, entry, end]))
}

const GIF = 'GIF89a/*\x01\x00\x80\x00\x00*/=1;'

/** Files that are two things at once, with a name that says the one or the other. */
const POLYGLOTS: readonly [what: string, name: string, bytes: Uint8Array][] = [
  ['GIF and script', 'a.gif', latin(`${GIF}${SCRIPT}//`)],
  ['GIF and script', 'a.js', latin(`${GIF}${SCRIPT}// named as one`)],
  ['GIF and page', 'a.html', latin(`GIF89a\x01\x00\x01\x00\x80\x00\x00${HTML}`)],
  ['BMP and script', 'a.bmp', latin(`BM/*\x00\x00\x00\x00*/=1;${SCRIPT}//`)],
  ['JPEG and page', 'a.jpg', latin(`\xff\xd8\xff\xfe\x00\xff<!--${HTML}-->\xff\xd9`)],
  ['PDF and page', 'a.html', latin(`${HTML}\n%PDF-1.7\n1 0 obj<<>>endobj\n\x00\x00%%EOF`)],
  ['page and PDF', 'a.pdf', latin(`%PDF-1.7\n${HTML}\n\x00\x00%%EOF`)],
  ['PDF and script', 'a.js', latin(`%PDF-1/*\x00*/;${SCRIPT}\n%%EOF`)],
  ['page and zip', 'a.zip', zipWith({ before: HTML })],
  ['page in a zip', 'a.html', zipWith({ name: HTML })],
  [
    'SVG and script',
    'a.svg',
    latin(`<svg xmlns="http://www.w3.org/2000/svg"><script>${SCRIPT}</script></svg>`),
  ],
  [
    'XML and page',
    'a.xml',
    latin(
      `<?xml version="1.0"?><x xmlns:h="http://www.w3.org/1999/xhtml"><h:script>${SCRIPT}</h:script></x>`,
    ),
  ],
  [
    'mail and page',
    'a.eml',
    latin(`From: a@b.example\nSubject: x\nContent-Type: text/html\n\n${HTML}`),
  ],
  [
    'mail archive (MHTML)',
    'a.mhtml',
    latin(
      `MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n${HTML}\n--x--`,
    ),
  ],
  ['text and page', 'a.txt', latin(`x\n${HTML}`)],
  ['sound and page', 'a.mp3', latin(`ID3\x03\x00\x00\x00\x00\x00\x00${HTML}`)],
  ['nothing and page', 'a', latin(`\x00\x01\x02${HTML}`)],
]

/** What a browser may be told, and does no more with than to draw, to play or to save it. */
const HARMLESS =
  /^(application\/octet-stream|application\/(pdf|zip)|message\/rfc822|text\/plain; charset=utf-8|text\/csv|text\/markdown|image\/(gif|bmp|jpeg|png)|(audio|video)\/[\w.+-]+)$/
/** What it may draw where it is embedded; nothing of it is run. */
const DRAWN = /^(application\/pdf|text\/plain; charset=utf-8|(image|audio|video)\/[\w.+-]+)$/

/** Takes files in as the product does, and tells with which headers each comes out again. */
async function servedFrom() {
  const world = await serverWorld()
  const { token, id } = await world.person('ada')
  const book = await world.shelf('Work', 'Plans')
  await world.grant(id, 'contributor', { bookId: book.id })
  return async (name: string, bytes: Uint8Array) => {
    const form = formOf([
      ['chapter_id', book.chapters[0] ?? ''],
      ['on_conflict', 'keep_both'],
      ['file', Buffer.from(bytes).toString('latin1'), name],
    ])
    const answer = await world.ask('POST', '/knowledge-base/upload', { token, ...form })
    expect(answer.status, name).toBe(201)
    const { document_id, version_id } = (await answer.json()) as Record<string, string>
    await settleArrivals(world.ports)
    const version = await world.ports.catalog.library.version('all', version_id ?? '')
    if (!version?.digest) throw new Error('nothing was stored')
    const { fd } = await fileOf(bytes)
    const found = await probe(parserFile(fd, ''), name.slice(name.lastIndexOf('.')))
    await world.ports.catalog.blobs.setType(version.digest, found.mediaType, found.kind)
    const path = `/api/v1/documents/${document_id}/content`
    const get = async (query: string) => (await world.ask('GET', path + query, { token })).headers
    return { saved: await get(''), embedded: await get('?disposition=inline') }
  }
}

it('C17 mime-polyglot: a file that is two things is told as bytes, or as one that runs nothing', async () => {
  const serve = await servedFrom()
  const told: Record<string, string | null> = {}
  for (const [what, name, bytes] of POLYGLOTS) {
    const about = `${what}: ${name}`
    const { saved, embedded } = await serve(name, bytes)
    for (const headers of [saved, embedded]) {
      expect(headers.get('content-type'), about).toMatch(HARMLESS)
      expect(Object.fromEntries(headers), about).toMatchObject({
        'x-content-type-options': 'nosniff',
        'content-security-policy': "sandbox; default-src 'none'",
        'cross-origin-resource-policy': 'same-origin',
      })
    }
    expect(saved.get('content-disposition'), about).toMatch(/^attachment;/)
    const isDrawn = DRAWN.test(embedded.get('content-type') ?? '')
    const shown = isDrawn ? /^inline;/ : /^attachment;/
    expect(embedded.get('content-disposition'), about).toMatch(shown)
    told[about] = embedded.get('content-type')
  }
  expect(told).toMatchObject({
    'GIF and script: a.js': 'image/gif',
    'page and zip: a.zip': 'application/octet-stream',
    'SVG and script: a.svg': 'application/octet-stream',
    'XML and page: a.xml': 'application/octet-stream',
  })
})
