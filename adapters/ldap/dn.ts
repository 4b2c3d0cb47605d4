/**
 * A distinguished name in the one form in which names compare (RFC 4514): attribute names and values
 * without case, escapes resolved, runs of spaces as one. Undefined for what is not such a name.
 */
export function dnKey(dn: string): string | undefined {
  const parts = splitUnescaped(dn, ',')
  if (dn.trim() === '') return ''
  const rdns = parts.map((part) => {
    const pairs = splitUnescaped(part, '+').map(pairKey)
    if (!pairs.every((pair) => pair !== undefined)) return undefined
    // Any order serves, as long as it is always the same.
    return pairs.toSorted((a, b) => (a < b ? -1 : 1)).join('+')
  })
  return rdns.includes(undefined) ? undefined : rdns.join(',')
}

/** Whether `dn` is `base` or lies below it; both as `dnKey` gives them. */
export const isUnder = (dn: string, base: string): boolean =>
  base === '' || dn === base || dn.endsWith(`,${base}`)

/** A value as a part of a distinguished name, whatever is in it. */
export const escapeDnValue = (value: string): string =>
  [...Buffer.from(value)]
    .map((byte) =>
      /[A-Za-z0-9]/.test(String.fromCharCode(byte)) && byte < 0x80
        ? String.fromCharCode(byte)
        : `\\${byte.toString(16).padStart(2, '0')}`,
    )
    .join('')

function pairKey(pair: string): string | undefined {
  const at = pair.indexOf('=')
  if (at < 1) return undefined
  const type = pair.slice(0, at).trim().toLowerCase()
  const value = unescaped(trimUnescaped(pair.slice(at + 1)))
  const key = value.normalize('NFKC').replaceAll(/\s+/g, ' ').trim().toLowerCase()
  // What separates is escaped again, so that two names are equal only when their parts are.
  return `${type}=${key.replaceAll(/[\\,+=]/g, (found) => `\\${found}`)}`
}

function splitUnescaped(text: string, separator: string): string[] {
  const parts: string[] = []
  let from = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === separator) {
      parts.push(text.slice(from, at))
      from = at + 1
    }
  }
  return [...parts, text.slice(from)]
}

/** An escaped space at the end belongs to the value. */
const trimUnescaped = (text: string): string =>
  text.trimStart().replace(/(\\.)?\s*$/s, (end, escaped?: string) => escaped ?? end.trim())

/** Escaped bytes are UTF-8, one after the other. */
function unescaped(text: string): string {
  const bytes: Buffer[] = []
  for (const [piece] of text.matchAll(/\\[0-9a-f]{2}|\\[\s\S]|[^\\]+/gi)) {
    if (/^\\[0-9a-f]{2}$/i.test(piece)) bytes.push(Buffer.from(piece.slice(1), 'hex'))
    else bytes.push(Buffer.from(piece.startsWith('\\') ? piece.slice(1) : piece))
  }
  return Buffer.concat(bytes).toString()
}
