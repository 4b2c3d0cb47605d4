import { constants, crc32, deflateRawSync } from 'node:zlib'

/** A member as the listing tells of it, whatever is true. */
export interface Member {
  name: string | Buffer
  /** Deflated. */
  packed: Buffer
  /** What is said to come out; what does is the stream's affair. */
  unpackedBytes: number
  crc?: number
  /** High word of the external attributes: the mode of a file as Unix has it. */
  mode?: number
  /** General purpose bit flag: 1 for encrypted. */
  flags?: number
}

const ONE_MIB = deflateRawSync(Buffer.alloc(1024 * 1024, ' '), {
  finishFlush: constants.Z_FULL_FLUSH,
  level: 9,
})

/** A deflate stream of `mib` MiB of spaces, in a thousandth of that, made in no time. */
export const spaces = (mib: number): Buffer =>
  Buffer.concat([...Array.from({ length: mib }, () => ONE_MIB), Buffer.from([3, 0])])

/** A member that is what it says it is. */
export const honest = (name: string, text: string | Buffer): Member => ({
  name,
  packed: deflateRawSync(text),
  unpackedBytes: Buffer.byteLength(text),
  crc: crc32(text),
})

/**
 * A zip file (APPNOTE 6.3) whose listing says what it is told to.
 *
 * @param shared whether all members lie at the same place: the overlapping bomb
 */
export function zipWith(members: readonly Member[], shared = false): Buffer {
  const locals: Buffer[] = []
  const listing: Buffer[] = []
  let offset = 0
  for (const member of members) {
    const name = Buffer.from(member.name as string)
    const fields = fieldsOf(member, name)
    const at = shared ? 0 : offset
    if (!shared || locals.length === 0) {
      const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, name, member.packed])
      locals.push(local)
      offset += local.length
    }
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(((member.mode ?? 0) << 16) >>> 0, 6)
    tail.writeUInt32LE(at, 10)
    listing.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), fields, tail, name)
  }
  const directory = Buffer.concat(listing)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(members.length & 0xffff, 4)
  end.writeUInt16LE(members.length & 0xffff, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end])
}

function fieldsOf({ packed, unpackedBytes, crc = 0, flags = 0 }: Member, name: Buffer): Buffer {
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt16LE(flags, 2)
  fields.writeUInt16LE(8, 4)
  fields.writeUInt16LE(0x21, 8)
  fields.writeUInt32LE(crc, 10)
  fields.writeUInt32LE(packed.length, 14)
  fields.writeUInt32LE(unpackedBytes, 18)
  fields.writeUInt16LE(name.length, 22)
  return fields
}
