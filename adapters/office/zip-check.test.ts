import { expect, it } from 'vitest'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import { zipOf } from '../../scripts/corpus-pack.ts'
import { fileOf } from '../../tests/open-file.ts'
import { checkZip } from './zip-check.ts'

const MIB = 1024 * 1024

async function check(bytes: Uint8Array) {
  const { fd } = await fileOf(bytes)
  return checkZip(parserFile(fd, 'application/zip'))
}

const reason = (name: string) => expect.objectContaining({ reason: name })

it('lets an ordinary file pass, however well it packs', async () => {
  await check(zipOf([['word/document.xml', '<w/>'.repeat(100_000)]]))
})

it('refuses what unpacks to two hundred times its size', async () => {
  const bomb = zipOf([['word/document.xml', Buffer.alloc(9 * MIB, ' ')]])
  await expect(check(bomb)).rejects.toEqual(reason('TOO_LARGE_INSIDE'))
})

it('sums over members that share their bytes', async () => {
  const one = zipOf([['a.xml', Buffer.alloc(2 * MIB, 'ab')]])
  const start = one.readUInt32LE(one.length - 6)
  const entry = one.subarray(start, one.length - 22)
  const end = Buffer.from(one.subarray(-22))
  end.writeUInt16LE(40, 8)
  end.writeUInt16LE(40, 10)
  end.writeUInt32LE(40 * entry.length, 12)
  const shared = Buffer.concat([one.subarray(0, start), ...Array(40).fill(entry), end])
  await expect(check(shared)).rejects.toEqual(reason('TOO_LARGE_INSIDE'))
})

it('refuses a member count that no document has', async () => {
  const many = Array.from({ length: 5001 }, (_, n) => [`${n}`, ''] as const)
  await expect(check(zipOf(many))).rejects.toEqual(reason('TOO_LARGE_INSIDE'))
})

it.each([
  ['entities', Buffer.from('<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "b">]><d/>')],
  ['entities in UTF-16', Buffer.from('\ufeff<!DOCTYPE d [<!ENTITY a "b">]><d/>', 'utf16le')],
])('refuses %s of its own', async (_what, xml) => {
  const file = zipOf([['word/document.xml', xml]])
  await expect(check(file)).rejects.toEqual(reason('DTD_FORBIDDEN'))
})

it('lets pages of an e-book name the document type of HTML', async () => {
  await check(zipOf([['OEBPS/1.xhtml', '<?xml version="1.0"?><!DOCTYPE html><html/>']]))
})

it('calls a file without its directory damaged', async () => {
  const whole = zipOf([['word/document.xml', '<w/>']])
  await expect(check(whole.subarray(0, 30))).rejects.toEqual(reason('DAMAGED_FILE'))
})
