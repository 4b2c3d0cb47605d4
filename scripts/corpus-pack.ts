import { crc32, deflateRawSync } from 'node:zlib'

/**
 * A zip file (APPNOTE 6.3) with these members in this order, dated 1980, so that equal members give
 * equal bytes.
 */
export function zipOf(members: readonly (readonly [name: string, bytes: Uint8Array | string])[]) {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, content] of members) {
    const bytes = Buffer.from(content as string)
    const packed = deflateRawSync(bytes)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0) // needs version 2.0: deflate
    fields.writeUInt16LE(8, 4)
    fields.writeUInt16LE(0x21, 8) // 1 January 1980
    fields.writeUInt32LE(crc32(bytes), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(bytes.length, 18)
    fields.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, tail, Buffer.from(name))
    locals.push(local)
    offset += local.length
  }
  const listing = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(members.length, 4)
  end.writeUInt16LE(members.length, 6)
  end.writeUInt32LE(listing.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, listing, Buffer.from('PK\x05\x06'), end])
}

const SECTOR = 512
const END_OF_CHAIN = 0xfffffffe
const NOT_USED = 0xffffffff

/**
 * A compound file ([MS-CFB] 2.2) with empty streams of these names: what an office file with a
 * password looks like from outside, and what an old one does.
 */
export function compoundOf(streams: readonly string[]): Buffer {
  const header = Buffer.alloc(SECTOR)
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(header)
  header.writeUInt16LE(0x3e, 24)
  header.writeUInt16LE(3, 26)
  header.writeUInt16LE(0xfffe, 28)
  header.writeUInt16LE(9, 30) // sectors of 512 bytes
  header.writeUInt16LE(6, 32)
  header.writeUInt32LE(1, 44) // one sector of allocation table …
  header.writeUInt32LE(1, 48) // … and the directory from sector 1
  header.writeUInt32LE(4096, 56)
  header.writeUInt32LE(END_OF_CHAIN, 60)
  header.writeUInt32LE(END_OF_CHAIN, 68)
  header.fill(0xff, 76)
  header.writeUInt32LE(0, 76)
  const table = Buffer.alloc(SECTOR, 0xff)
  table.writeUInt32LE(0xfffffffd, 0)
  table.writeUInt32LE(END_OF_CHAIN, 4)
  const entries = ['Root Entry', ...streams].map(directoryEntry)
  return Buffer.concat([header, table, ...entries], 3 * SECTOR)
}

function directoryEntry(name: string, at: number): Buffer {
  const entry = Buffer.alloc(128)
  entry.write(name, 'utf16le')
  entry.writeUInt16LE(2 * name.length + 2, 64)
  entry.writeUInt8(at === 0 ? 5 : 2, 66)
  entry.writeUInt8(1, 67)
  entry.writeUInt32LE(NOT_USED, 68)
  entry.writeUInt32LE(NOT_USED, 72)
  entry.writeUInt32LE(at === 0 ? 1 : NOT_USED, 76)
  entry.writeUInt32LE(END_OF_CHAIN, 116)
  return entry
}
