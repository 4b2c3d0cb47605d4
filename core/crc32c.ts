/** CRC-32C, reflected polynomial 0x82f63b78 (Castagnoli; RFC 9260, appendix A). */
const POLYNOMIAL = 0x82f63b78

/** Eight bytes at a time: table `k` is what a byte does to the sum when `k` bytes follow it. */
const TABLES = tables()

function tables(): Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let sum = byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1
    return sum
  })
  const all = [first]
  for (let table = 1; table < 8; table++) {
    const before = all[table - 1] as Uint32Array
    all.push(before.map((sum) => (sum >>> 8) ^ (first[sum & 255] as number)))
  }
  return all
}

const [T0, T1, T2, T3, T4, T5, T6, T7] = TABLES as [
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
]

/** The sum of what `before` is the sum of, followed by `bytes`; 0 to begin with. */
export function crc32c(bytes: Uint8Array, before = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let sum = ~before
  let at = 0
  for (; at + 8 <= bytes.byteLength; at += 8) {
    const low = view.getInt32(at, true) ^ sum
    const high = view.getInt32(at + 4, true)
    sum =
      T7[low & 255]! ^
      T6[(low >>> 8) & 255]! ^
      T5[(low >>> 16) & 255]! ^
      T4[low >>> 24]! ^
      T3[high & 255]! ^
      T2[(high >>> 8) & 255]! ^
      T1[(high >>> 16) & 255]! ^
      T0[high >>> 24]!
  }
  for (; at < bytes.byteLength; at++) sum = T0[(sum ^ bytes[at]!) & 255]! ^ (sum >>> 8)
  return ~sum >>> 0
}
