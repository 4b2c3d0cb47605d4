import { inflateRawSync } from 'node:zlib'
import { zipOf } from '../../scripts/corpus-pack.ts'

type Random = () => number

/** Numbers at which lengths and counters turn over. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff]

/** One of the ways to spoil bytes, each of which takes and gives any length. */
const WAYS: ((bytes: Buffer, random: Random) => Buffer)[] = [
  flipBits,
  setNumbers,
  cutShort,
  cutOut,
  repeatPiece,
  swapPieces,
  fillPiece,
]

/**
 * Spoils a file in one to four ways, always alike for the same numbers. In half of the cases a zip
 * container stays whole, and one of its members is spoilt.
 */
export function mutate(bytes: Buffer, random: Random): Buffer {
  if (bytes.readUInt32BE(0) === 0x504b0304 && random() < 0.5) return mutateMember(bytes, random)
  let spoilt: Buffer = Buffer.from(bytes)
  for (let left = 1 + pick(4, random); left > 0 && spoilt.length > 0; left--) {
    spoilt = WAYS[pick(WAYS.length, random)]?.(spoilt, random) ?? spoilt
  }
  return spoilt
}

function mutateMember(bytes: Buffer, random: Random): Buffer {
  const members = membersOf(bytes)
  const chosen = pick(members.length, random)
  return zipOf(
    members.map(([name, content], at) => {
      const spoilt = at === chosen && content.length >= 4
      return [name, spoilt ? mutate(Buffer.from(content), random) : content]
    }),
  )
}

/** Members of a sound zip file, by its listing (APPNOTE 6.3, 4.3.12). */
function membersOf(zip: Buffer): [name: string, bytes: Buffer][] {
  const end = zip.lastIndexOf('PK\x05\x06')
  let at = zip.readUInt32LE(end + 16)
  return Array.from({ length: zip.readUInt16LE(end + 10) }, () => {
    const isPacked = zip.readUInt16LE(at + 10) === 8
    const nameLength = zip.readUInt16LE(at + 28)
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
    const local = zip.readUInt32LE(at + 42)
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20))
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
    return [name, isPacked ? inflateRawSync(packed) : packed]
  })
}

const pick = (count: number, random: Random) => Math.floor(random() * count)

function piece({ length }: Buffer, random: Random): { start: number; end: number } {
  const start = pick(length, random)
  return { start, end: Math.min(length, start + 1 + pick(Math.min(length, 4096), random)) }
}

function flipBits(bytes: Buffer, random: Random): Buffer {
  for (let left = 1 + pick(16, random); left > 0; left--) {
    const at = pick(bytes.length, random)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8, random))
  }
  return bytes
}

function setNumbers(bytes: Buffer, random: Random): Buffer {
  if (bytes.length < 4) return bytes
  const at = pick(bytes.length - 3, random)
  const edge = EDGES[pick(EDGES.length, random)] ?? 0
  if (random() < 0.5) bytes.writeUInt32LE(edge, at)
  else bytes.writeUInt32BE(edge, at)
  return bytes
}

function cutShort(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, pick(bytes.length, random))
}

function cutOut(bytes: Buffer, random: Random): Buffer {
  const { start, end } = piece(bytes, random)
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
}

function repeatPiece(bytes: Buffer, random: Random): Buffer {
  const { start, end } = piece(bytes, random)
  const again = Array.from({ length: 1 + pick(8, random) }, () => bytes.subarray(start, end))
  return Buffer.concat([bytes.subarray(0, end), ...again, bytes.subarray(end)])
}

function swapPieces(bytes: Buffer, random: Random): Buffer {
  const { start, end } = piece(bytes, random)
  const to = pick(bytes.length, random)
  const copy = Buffer.from(bytes.subarray(start, end))
  copy.copy(bytes, to)
  return bytes
}

function fillPiece(bytes: Buffer, random: Random): Buffer {
  const { start, end } = piece(bytes, random)
  return bytes.fill(random() < 0.5 ? 0 : 0xff, start, end)
}
