// The hostile corpus: files made to harm whoever reads them. `make.ts FOLDER` writes them.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { deflateRawSync } from 'node:zlib'
import {
  deepTree,
  endlessTables,
  flateTwice,
  hugePaper,
  hugePicture,
  millionPages,
  ownParent,
  withScript,
} from './pdf.ts'
import { circularTiff, pngOf, vastGif, vastJpeg, vastPng, vastWebp } from './picture.ts'
import { gzipOf, tarHead } from './tar.ts'
import { honest, type Member, spaces, zipWith } from './zip.ts'

/** A hostile file, and what may be told of it. */
export interface HostileFile {
  /** Row of the table of faults and attacks. */
  row: string
  name: string
  make(): Buffer
  /** Reasons that are right; `read` for one that is read, as its poison does nothing. */
  ends: RegExp
}

const MIB = 1024 * 1024
const TYPES = honest('[Content_Types].xml', '<Types/>')
const TOO_LARGE = /^TOO_LARGE_INSIDE$/
const NO_DTD = /^DTD_FORBIDDEN$/
/** Told of what is no such file, or none that can be drawn or read. */
const REFUSED = /^(DAMAGED_FILE|TOO_LARGE_INSIDE|NO_TEXT_IN_TYPE|EMPTY_FILE|NO_FFMPEG|NO_SOUND)$/
/** Read as far as that goes, refused, or ended by the limits. */
const HELD =
  /^(read|no words|DAMAGED_FILE|TOO_LARGE_INSIDE|NO_TEXT_IN_TYPE|PAGE_LIMIT|TEXT_LIMIT|TABLE_LIMIT|NO_TEXT_LAYER|PARSER_MEMORY|PARSER_TIMEOUT|PARSER_DIED)$/

const bomb = (name: string, mib: number, says = mib * MIB): Member => ({
  name,
  packed: spaces(mib),
  unpackedBytes: says,
})

/** Put in without packing: deflate's own blocks of bytes as they are. */
const asItIs = (name: string, bytes: Buffer): Member => ({
  ...honest(name, bytes),
  packed: deflateRawSync(bytes, { level: 0 }),
})

const laughs = (name: string, entity: string) =>
  `<?xml version="1.0"?><!DOCTYPE ${name} [${entity}]><${name}>&e9;</${name}>`
const BILLION = `<!ENTITY e0 "ha">${Array.from({ length: 9 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`).join('')}`
const OUTSIDE = '<!ENTITY e9 SYSTEM "file:///etc/passwd">'
const SQUARE = `<!ENTITY e9 "${'a'.repeat(100_000)}">`
const DOCUMENT = 'word/document.xml'
const W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'

const docx = (...members: Member[]) => zipWith([TYPES, ...members])
const deepXml = (depth: number) =>
  `<w:document xmlns:w="${W}"><w:body>${'<w:p>'.repeat(depth)}${'</w:p>'.repeat(depth)}</w:body></w:document>`
const words = `<w:document xmlns:w="${W}"><w:body><w:p><w:r><w:t>words</w:t></w:r></w:p></w:body></w:document>`

const ZIPS: HostileFile[] = [
  ['ratio.docx', () => docx(bomb(DOCUMENT, 2047)), TOO_LARGE],
  ['lies.docx', () => docx(bomb(DOCUMENT, 1024, 1000)), /^(DAMAGED_FILE|TOO_LARGE_INSIDE)$/],
  [
    'ratio.xlsx',
    () => docx(bomb('xl/worksheets/sheet1.xml', 1024), honest('xl/workbook.xml', '<workbook/>')),
    TOO_LARGE,
  ],
  [
    'ratio.pptx',
    () => docx(bomb('ppt/slides/slide1.xml', 1024), honest('ppt/presentation.xml', '<p/>')),
    TOO_LARGE,
  ],
  [
    'ratio.odt',
    () =>
      zipWith([
        honest('mimetype', 'application/vnd.oasis.opendocument.text'),
        bomb('content.xml', 1024),
      ]),
    TOO_LARGE,
  ],
  [
    'ratio.epub',
    () => zipWith([honest('mimetype', 'application/epub+zip'), bomb('a.xhtml', 1024)]),
    TOO_LARGE,
  ],
  [
    'many.docx',
    () =>
      docx(
        honest(DOCUMENT, words),
        ...Array.from({ length: 60_000 }, (_, n) => honest(`word/${n}.xml`, '')),
      ),
    TOO_LARGE,
  ],
  [
    'overlapping.docx',
    () =>
      zipWith(
        [
          TYPES,
          honest(DOCUMENT, words),
          ...Array.from({ length: 4000 }, (_, n) => bomb(`word/${n}.xml`, 1)),
        ],
        true,
      ),
    TOO_LARGE,
  ],
  [
    'nested.docx',
    () =>
      docx(honest(DOCUMENT, words), honest('word/embeddings/x.docx', docx(bomb(DOCUMENT, 1024)))),
    HELD,
  ],
  [
    'sizes-of-zip64.docx',
    () => docx({ ...honest(DOCUMENT, words), unpackedBytes: 0xffffffff }),
    REFUSED,
  ],
].map(row('C1'))

const XMLS: HostileFile[] = [
  ['laughs.docx', () => docx(honest(DOCUMENT, laughs('document', BILLION))), NO_DTD],
  ['outside.docx', () => docx(honest(DOCUMENT, laughs('document', OUTSIDE))), NO_DTD],
  ['square.docx', () => docx(honest(DOCUMENT, laughs('document', SQUARE))), NO_DTD],
  ['laughs.xlsx', () => docx(honest('xl/workbook.xml', laughs('workbook', BILLION))), NO_DTD],
  [
    'outside.odt',
    () =>
      zipWith([
        honest('mimetype', 'application/vnd.oasis.opendocument.text'),
        honest('content.xml', laughs('office', OUTSIDE)),
      ]),
    NO_DTD,
  ],
  ['deep.docx', () => docx(honest(DOCUMENT, deepXml(1_000_000))), HELD],
  ['laughs.xml', () => Buffer.from(laughs('a', BILLION)), HELD],
  [
    'laughs.svg',
    () =>
      Buffer.from(
        `<?xml version="1.0"?><!DOCTYPE svg [${BILLION}]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&e9;</text></svg>`,
      ),
    HELD,
  ],
  [
    'deep.html',
    () => Buffer.from(`<!doctype html><html><body>${'<div>'.repeat(200_000)}words`),
    HELD,
  ],
].map(row('C2'))

const PDFS: HostileFile[] = [
  ['flate-twice.pdf', () => flateTwice(1024), HELD],
  ['million-pages.pdf', millionPages, HELD],
  ['deep-tree.pdf', () => deepTree(20_000), HELD],
  ['own-parent.pdf', ownParent, HELD],
  ['huge-paper.pdf', hugePaper, HELD],
  ['endless-tables.pdf', endlessTables, HELD],
  ['script.pdf', withScript, HELD],
  ['huge-picture.pdf', hugePicture, HELD],
].map(row('C3'))

const PICTURES: HostileFile[] = [
  ['vast.png', vastPng, REFUSED],
  ['vaster.png', () => pngOf(0x7fffffff, 0x7fffffff, Buffer.alloc(0)), REFUSED],
  ['vast.jpg', vastJpeg, REFUSED],
  ['vast.gif', vastGif, REFUSED],
  ['vast.webp', vastWebp, REFUSED],
  ['circular.tiff', circularTiff, REFUSED],
].map(row('C4'))

const ROOM = 'ffconcat version 1.0\nfile /etc/passwd\n'
const PLAYLISTS: HostileFile[] = [
  ['concat.mp4', () => Buffer.from(ROOM), HELD],
  [
    'list.m3u8',
    () => Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n'),
    HELD,
  ],
  [
    'session.sdp',
    () => Buffer.from('v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n'),
    HELD,
  ],
].map(row('C5'))

const ARCHIVES: HostileFile[] = [
  ['ratio.zip', () => zipWith([bomb('zeros.bin', 2047)]), TOO_LARGE],
  [
    'overlapping.zip',
    () =>
      zipWith(
        Array.from({ length: 4000 }, (_, n) => bomb(`${n}.bin`, 1)),
        true,
      ),
    TOO_LARGE,
  ],
  [
    'many.zip',
    () => zipWith(Array.from({ length: 60_000 }, (_, n) => honest(`${n}.txt`, ''))),
    TOO_LARGE,
  ],
  // What is inside of what is inside is never looked at.
  ['nested.zip', () => zipWith([honest('x.zip', zipWith([bomb('zeros.bin', 2047)]))]), /^read$/],
  ['lies.zip', () => zipWith([bomb('zeros.bin', 1024, 1000)]), /^read$/],
  ['zeros.gz', () => gzipOf(2047), TOO_LARGE],
  ['zeros.tgz', () => gzipOf(1024, tarHead('zeros.bin', 1024 * MIB)), TOO_LARGE],
  ['endless.tar', () => tarHead('zeros.bin', 8 ** 11 - 1), /^read$/],
].map(row('C1'))

const EVIL = ['../../../../tmp/onefold-evil', '/tmp/onefold-evil', 'C:\\onefold-evil', 'ok/../../x']
const SLIPS: HostileFile[] = [
  ['slip.zip', () => zipWith(EVIL.map((name) => honest(name, 'evil'))), /^read$/],
  // A Word file that lies in it as it is makes it no Word file.
  [
    'slip-beside-docx.zip',
    () => zipWith([asItIs('handbook.docx', docx(honest(DOCUMENT, words))), honest('../x', 'evil')]),
    /^read$/,
  ],
  ['slip.tar', () => Buffer.concat(EVIL.map((name) => tarHead(name, 0))), /^read$/],
  [
    'slip.docx',
    () => docx(honest(DOCUMENT, words), ...EVIL.map((name) => honest(name, 'evil'))),
    HELD,
  ],
  ['link.zip', () => zipWith([{ ...honest('passwd', '/etc/passwd'), mode: 0o120777 }]), /^read$/],
  [
    'slip.eml',
    () =>
      Buffer.from(
        `From: a@b.c\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nwords\n--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename="${EVIL[0]}"\n\nevil\n--x--\n`,
      ),
    HELD,
  ],
  [
    'deep.eml',
    () =>
      Buffer.from(
        Array.from(
          { length: 3000 },
          (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\n\n--b${n}\n`,
        ).join(''),
      ),
    HELD,
  ],
].map(row('C9'))

function row(of: string) {
  return (entry: (string | RegExp | (() => Buffer))[]): HostileFile => {
    const [name, make, ends] = entry as [string, () => Buffer, RegExp]
    return { row: of, name, make, ends }
  }
}

/** All of them, in the order of the rows. */
export const hostileFiles: readonly HostileFile[] = [
  ...ZIPS,
  ...XMLS,
  ...PDFS,
  ...PICTURES,
  ...PLAYLISTS,
  ...ARCHIVES,
  ...SLIPS,
]

/** Writes them into `folder`; gives their names. */
export function writeHostileFiles(folder: string): string[] {
  mkdirSync(folder, { recursive: true })
  for (const { name, make } of hostileFiles) writeFileSync(join(folder, name), make())
  return hostileFiles.map(({ name }) => name)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(writeHostileFiles(process.argv[2] ?? 'hostile').join('\n'))
}
