import { displayText } from '../../core/share/display-path.ts'
import { rawPathOf } from '../../core/share/raw-path.ts'
import { LIMITS } from './limits.ts'

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The upper half of code page 437, which zip names are in that do not say UTF-8 (APPNOTE 6.3, D.1). */
const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0'

/**
 * The name of a zip entry. Many programs write UTF-8 and do not say so; hardly a name in another
 * encoding happens to be UTF-8, so what can be read as that is.
 */
export const zipName = (bytes: Uint8Array): string => decoded(bytes, cp437)

/** The name of a tar entry: UTF-8, or what Western systems of before wrote. */
export const tarName = (bytes: Uint8Array): string =>
  decoded(bytes, (old) => new TextDecoder('windows-1252').decode(old))

function decoded(bytes: Uint8Array, otherwise: (bytes: Uint8Array) => string): string {
  try {
    return strict.decode(bytes)
  } catch {
    return otherwise(bytes)
  }
}

const cp437 = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) =>
    byte < 128 ? String.fromCharCode(byte) : (CP437[byte - 128] ?? ''),
  ).join('')

/**
 * A path as it is shown: with controls, bidirectional marks and backslashes escaped. It is text and
 * nothing else: no file is ever opened or made by it.
 */
export function shownPath(path: string): string {
  const text = displayText(rawPathOf(Buffer.from(path.toWellFormed())))
  return text.length > LIMITS.pathLength
    ? `…${text.slice(1 - LIMITS.pathLength).toWellFormed()}`
    : text
}
