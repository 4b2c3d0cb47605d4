import { execFileSync } from 'node:child_process'
import { readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import { tidy } from '../../core/pipeline/tidy.ts'
import { honest, zipWith } from '../../tests/hostile/zip.ts'
import { fileOf } from '../../tests/open-file.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { archiveParser, unlistedParser } from './parser.ts'

const ZIP = 'application/zip'
const TAR = 'application/x-tar'
const GZIP = 'application/gzip'
const WRITTEN = Date.UTC(2024, 4, 17, 8, 30)

async function list(bytes: Uint8Array, mediaType: string) {
  const { fd } = await fileOf(bytes)
  return tidy(await archiveParser.extract(parserFile(fd, mediaType), () => {}))
}

/** `plans` with two files, a folder and a link, packed into `out` by a program. */
async function packed(command: string): Promise<Buffer> {
  const folder = await temporaryFolder()
  const inside = join(folder, 'plans', 'Übersicht')
  await mkdir(inside, { recursive: true })
  for (const [name, text] of [
    ['Größe.txt', 'twelve'],
    ['cellar 2.dwg', 'lines'],
  ] as const) {
    writeFileSync(join(inside, name), text)
    utimesSync(join(inside, name), WRITTEN / 1000, WRITTEN / 1000)
  }
  symlinkSync('/etc/passwd', join(inside, 'escape'))
  const env = { PATH: process.env.PATH, LANG: 'C.UTF-8' }
  execFileSync('/bin/sh', ['-c', command], { cwd: folder, env })
  return readFileSync(join(folder, 'out'))
}

const INSIDE = [
  ['plans/', 'folder', 0],
  ['plans/Übersicht/', 'folder', 0],
  ['plans/Übersicht/Größe.txt', 'file', 6],
  ['plans/Übersicht/cellar 2.dwg', 'file', 5],
  ['plans/Übersicht/escape', 'link', expect.any(Number)],
]

const byPath = ([a]: unknown[], [b]: unknown[]) => (String(a) < String(b) ? -1 : 1)

it.each([
  ['zip', ZIP, 'zip -qry - plans > out'],
  ['tar', TAR, 'tar cf out plans'],
  ['tar in the way of POSIX', TAR, 'tar cf out --format=posix plans'],
  ['tar of before', TAR, 'tar cf out --format=v7 plans'],
  ['tar.gz', GZIP, 'tar czf out plans'],
])('lists what a program has packed: %s', async (_what, mediaType, command) => {
  const bytes = await packed(command)
  const { parts, coverage, partialReason } = await list(bytes, mediaType)
  const found = parts.map(({ text, entry }) => [text, entry?.type, entry?.sizeBytes])
  expect(found.toSorted(byPath)).toEqual(INSIDE)
  expect(coverage).toEqual({ unit: 'entry', done: 5, total: 5, missing: [] })
  expect(partialReason).toBeUndefined()
  const cellar = parts.find(({ text }) => text.endsWith('dwg'))
  expect(cellar).toMatchObject({ locator: { path: cellar?.text }, entry: { modifiedAt: WRITTEN } })
  expect(parts.map(({ entry }) => entry?.index)).toEqual([0, 1, 2, 3, 4])
})

it('says of each entry that it is encrypted, and lists it by its name', async () => {
  const { parts, coverage } = await list(await packed('zip -qr -P secret - plans > out'), ZIP)
  const locked = parts.filter(({ entry }) => entry?.isEncrypted).map(({ text }) => text)
  expect(locked).toContain('plans/Übersicht/Größe.txt')
  expect(coverage.missing).toEqual([])
})

it('reads names of zips that do not say their encoding: UTF-8, or that of MS-DOS', async () => {
  const names = ['f\x81r Gr\x94\xe1e.txt', Buffer.from('für Größe.txt').toString('latin1')]
  const bytes = zipWith(
    names.map((name) => ({ ...honest('', 'x'), name: Buffer.from(name, 'latin1') })),
  )
  const { parts } = await list(bytes, ZIP)
  expect(parts.map(({ text }) => text)).toEqual(['für Größe.txt', 'für Größe.txt'])
})

it('C9 zip-slip: names that lead elsewhere are shown, with what deceives escaped', async () => {
  const names = ['../../x', '/etc/passwd', 'C:\\evil', 'a\u202etxt.exe', 'line\nbreak', 'nul\0']
  const { parts } = await list(zipWith(names.map((name) => honest(name, 'evil'))), ZIP)
  const shown = [
    '../../x',
    '/etc/passwd',
    'C:%5Cevil',
    'a%E2%80%AEtxt.exe',
    'line%0Abreak',
    'nul%00',
  ]
  expect(parts.map(({ text }) => text)).toEqual(shown)
  expect(parts.map(({ locator }) => locator.path)).toEqual(shown)
})

it('C1 zip-bomb: of very many entries the first are listed, and that is said', async () => {
  const many = zipWith(Array.from({ length: 6000 }, (_, n) => honest(`${n}.txt`, '')))
  expect(await list(many, ZIP)).toMatchObject({
    parts: { length: 5000 },
    partialReason: 'ENTRY_LIMIT',
    coverage: {
      done: 5000,
      total: 6000,
      missing: ['entries after the first 5000 were not listed'],
    },
  })
})

it.each([
  ['packed', GZIP],
  ['not packed', TAR],
])('lists what comes before a break in a tar, %s, and says so', async (_what, mediaType) => {
  const whole = await packed('tar cf out plans')
  const cut = whole.subarray(0, 1600)
  const bytes = mediaType === GZIP ? gzipSync(cut) : cut
  const { parts, partialReason, coverage } = await list(bytes, mediaType)
  expect(parts.length).toBeGreaterThan(0)
  expect(partialReason).toBe('FILE_TRUNCATED')
  expect(coverage.total).toBeGreaterThan(coverage.done)
})

it('lists the one file of a gzip by the name it was packed under', async () => {
  const bytes = await packed('gzip -c "plans/Übersicht/cellar 2.dwg" > out')
  expect((await list(bytes, GZIP)).parts).toMatchObject([
    { text: 'cellar 2.dwg', entry: { sizeBytes: 5, modifiedAt: WRITTEN } },
  ])
  expect((await list(gzipSync('x'), GZIP)).parts).toMatchObject([{ text: 'content' }])
})

it('has nothing to list of an empty archive', async () => {
  expect(await list(zipWith([]), ZIP)).toMatchObject({
    parts: [],
    partialReason: 'EMPTY_ARCHIVE',
    coverage: { done: 0, total: 0, missing: [] },
  })
})

it.each([
  ['a zip without its end', ZIP, zipWith([honest('a', 'x')]).subarray(0, 40)],
  ['a tar of noise', TAR, Buffer.alloc(2048, 7)],
  ['a gzip of noise', GZIP, Buffer.from('1f8b0800000000000003ffffffffffff', 'hex')],
])('calls %s damaged', async (_what, mediaType, bytes) => {
  await expect(list(bytes, mediaType)).rejects.toMatchObject({ reason: 'DAMAGED_FILE' })
})

it('says plainly that other archives are not listed', async () => {
  const { fd } = await fileOf('7z')
  const read = unlistedParser.extract(parserFile(fd, 'application/x-7z-compressed'), () => {})
  await expect(read).rejects.toMatchObject({ code: 'unsupported_type', reason: 'NOT_LISTED' })
})
