import { certainEncoding } from '../../core/pipeline/encoding.ts'

const [TAB, LINE_FEED, FORM_FEED, RETURN, ESCAPE, DELETE] = [9, 10, 12, 13, 27, 127]
const ALLOWED = new Set([TAB, LINE_FEED, FORM_FEED, RETURN, ESCAPE])

/** Whether bytes are text in some encoding: the end may cut a character in half. */
export function isText(sample: Uint8Array): boolean {
  if (sample.length === 0) return false
  const encoding = certainEncoding(sample)
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return true
  let controls = 0
  let strange = 0
  for (const byte of sample) {
    if (byte === 0) return false
    if (byte < 32 && !ALLOWED.has(byte)) controls++
    // In one-byte encodings these are control characters or rare signs; packed data is full of them.
    if (byte >= DELETE && byte < 160) strange++
  }
  if (encoding === 'utf-8') return controls <= sample.length / 100
  return controls === 0 && strange < sample.length * 0.3
}
