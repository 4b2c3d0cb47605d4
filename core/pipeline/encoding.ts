/** Encodings that bytes show by themselves; all others have to be guessed. */
export type CertainEncoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/**
 * The encoding that the bytes of a text leave no doubt about: a mark at the start, valid UTF-8, or
 * the zero bytes of UTF-16 without a mark. Undefined for one-byte and Asian encodings, and for what
 * is no text. A character cut in half by the end of `bytes` does not count.
 */
export function certainEncoding(bytes: Uint8Array): CertainEncoding | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return unmarkedUtf16(bytes) ?? (isUtf8(bytes) ? 'utf-8' : undefined)
}

function isUtf8(bytes: Uint8Array): boolean {
  if (bytes.subarray(0, 64 * 1024).includes(0)) return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

/** In text of western scripts, half of the bytes of UTF-16 are zero, all on the same side. */
function unmarkedUtf16(bytes: Uint8Array): CertainEncoding | undefined {
  const sample = bytes.subarray(0, 4096)
  if (sample.length < 8) return undefined
  let even = 0
  let odd = 0
  let controls = 0
  for (const [at, byte] of sample.entries()) {
    if (byte === 0 && at % 2 === 0) even++
    else if (byte === 0) odd++
    else if (byte < 9) controls++
  }
  const half = sample.length / 2
  if (controls > sample.length / 20) return undefined
  if (odd > half * 0.4 && even < half * 0.02) return 'utf-16le'
  if (even > half * 0.4 && odd < half * 0.02) return 'utf-16be'
  return undefined
}
