import { readFileSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import { compoundOf, zipOf } from '../../scripts/corpus-pack.ts'
import { honest, zipWith } from '../../tests/hostile/zip.ts'
import { fileOf, fixture } from '../../tests/open-file.ts'
import { probe } from './probe.ts'

async function typeOf(bytes: Uint8Array | string, extension = ''): Promise<string> {
  const { fd } = await fileOf(bytes)
  return (await probe(parserFile(fd, ''), extension)).mediaType
}

const OOXML = 'application/vnd.openxmlformats-officedocument'
const MAIL = 'From: a@b.example\nTo: c@d.example\nSubject: oil\nDate: today\n\nHello'
const TABLE = Array.from({ length: 8 }, (_, n) => `${n};Barrel ${n};${n * 3}`).join('\n')

it.each([
  ['handbook.pdf', '.txt', 'application/pdf'],
  ['handbook.docx', '.zip', `${OOXML}.wordprocessingml.document`],
  ['briefing.pptx', '', `${OOXML}.presentationml.presentation`],
  ['stores.xlsx', '.docx', `${OOXML}.spreadsheetml.sheet`],
  ['handbook.odt', '', 'application/vnd.oasis.opendocument.text'],
  ['stores.ods', '', 'application/vnd.oasis.opendocument.spreadsheet'],
  ['briefing.odp', '', 'application/vnd.oasis.opendocument.presentation'],
  ['handbook.epub', '', 'application/epub+zip'],
  ['handbook.rtf', '.doc', 'application/rtf'],
  ['handbook.doc', '', 'application/msword'],
  ['stores.xls', '.txt', 'application/vnd.ms-excel'],
  ['handbook.html', '.pdf', 'text/html'],
  ['message.eml', '.txt', 'message/rfc822'],
  ['buoy.jpg', '.pdf', 'image/jpeg'],
])('believes the bytes of %s, named %s: %s', async (name, extension, mediaType) => {
  expect(await typeOf(readFileSync(fixture(name)), extension)).toBe(mediaType)
})

it.each([
  ['prose', 'The lamp is lit, and the book is written, at dusk.\n', '', 'text/plain'],
  ['prose that begins like a bitmap', 'BM is what the mechanic wrote.\n', '', 'text/plain'],
  ['prose about PDF', 'Files start with the mark %PDF-1.7 as is known.\n', '', 'text/plain'],
  ['umlauts of 1995', Buffer.from('Gr\xf6\xdfe der \xd6ltanks', 'latin1'), '', 'text/plain'],
  ['UTF-16 without a mark', Buffer.from('The lamp is lit at dusk.', 'utf16le'), '', 'text/plain'],
  ['a script with comments', '#!/bin/sh\n# Light it\n- x\n- y\n', '', 'text/plain'],
  ['headings and lists', '# Oil\n\n- full\n- empty\n\n**Twice** a week\n', '', 'text/markdown'],
  ['a name that says Markdown', 'Just words.\n', '.md', 'text/markdown'],
  ['a strict table', TABLE, '.txt', 'text/csv'],
  ['a short table with a name', 'a,b\n1,2\n', '.csv', 'text/csv'],
  ['a page', '\n<!DOCTYPE html><html><body>x</body></html>', '.txt', 'text/html'],
  ['a page with an XML head', '<?xml version="1.0"?>\n<!DOCTYPE html><html/>', '', 'text/html'],
  ['a drawing', '<svg xmlns="http://www.w3.org/2000/svg"/>', '.html', 'image/svg+xml'],
  ['XML', '<?xml version="1.0"?><stock/>', '', 'application/xml'],
  ['a mail', MAIL, '', 'message/rfc822'],
  ['a mailbox', `From a@b.example Mon\n${MAIL}`, '', 'message/rfc822'],
  ['settings that look like header fields', 'name: x\nversion: 1\n', '.yml', 'text/plain'],
  ['nothing', '', '.pdf', 'application/x-empty'],
  [
    'a program',
    Buffer.from('MZ\x90\0'.padEnd(600, '\x01'), 'latin1'),
    '.pdf',
    'application/x-msdownload',
  ],
  [
    'a program that mentions a PDF',
    Buffer.from('\x7fELF\x02\0%PDF-1.7'.padEnd(600, '\x01'), 'latin1'),
    '.pdf',
    'application/x-elf',
  ],
  ['data', Buffer.from([0, 1, 2, 0, 255, 254, 3]), '.txt', 'application/octet-stream'],
])('takes %s for what it is', async (_what, bytes, extension, mediaType) => {
  expect(await typeOf(bytes, extension)).toBe(mediaType)
})

it('tells office files with a password by their name, as nothing else does', async () => {
  const locked = compoundOf(['EncryptionInfo', 'EncryptedPackage'])
  expect(await typeOf(locked, '.xlsx')).toBe(`${OOXML}.spreadsheetml.sheet`)
  expect(await typeOf(locked, '')).toBe('application/x-encrypted-office')
})

it('knows a zip by its members, in any order, and a plain one as an archive', async () => {
  const types = ['[Content_Types].xml', '<Types/>'] as const
  expect(await typeOf(zipOf([['word/document.xml', '<w/>'], types]))).toMatch(/wordprocessingml/)
  const { fd } = await fileOf(zipOf([['photos/1.txt', 'x']]))
  expect(await probe(parserFile(fd, ''), '.docx')).toEqual({
    mediaType: 'application/zip',
    kind: 'archive',
  })
})

it('C9 zip-slip: an archive stays one, whatever its names and the office files that lie in it', async () => {
  const inside = readFileSync(fixture('handbook.docx'))
  const stored = {
    ...honest('handbook.docx', inside),
    packed: deflateRawSync(inside, { level: 0 }),
  }
  for (const name of ['../../evil.txt', '/etc/evil.txt', 'C:\\evil.txt', 'ok/../../x']) {
    const archive = zipWith([stored, honest(name, 'evil')])
    expect(await typeOf(archive)).toBe('application/zip')
    // Cut off: what is known by the headers of its members is not looked for inside of them.
    expect(await typeOf(archive.subarray(0, -30))).toBe('application/zip')
  }
  const document = zipWith([honest('[Content_Types].xml', ''), honest('word/document.xml', '')])
  expect(await typeOf(document.subarray(0, -30))).toMatch(/wordprocessingml/)
})

it('finds the stated type of a book that was packed again, out of order or without it', async () => {
  const container = ['META-INF/container.xml', '<container/>'] as const
  const stated = ['mimetype', 'application/vnd.oasis.opendocument.text-template'] as const
  expect(await typeOf(zipOf([container]))).toBe('application/epub+zip')
  const template = await typeOf(zipOf([container, stated]))
  expect(template).toBe('application/vnd.oasis.opendocument.text')
})

it('survives compound files whose chains lead nowhere', async () => {
  const file = compoundOf(['WordDocument'])
  file.writeUInt32LE(1, 512 + 4) // the directory goes on with itself
  expect(await typeOf(file)).toBe('application/msword')
  expect(await typeOf(file.subarray(0, 600))).toBe('application/x-cfb')
})
