import type { Part } from '../../core/model/locator.ts'

/** Enough of a text to know its language; the detector's time grows with length. */
const SLICE = 1500

/**
 * Names the language of a text, ISO 639-1, or nothing when it is too short or undecidable. The
 * detector's tables take half a second to load, so they are loaded once, here, and not per file.
 */
export async function languageOf(parts: readonly Part[]): Promise<string | undefined> {
  // Cells are names and numbers: they look like any language.
  const sample = sampleOf(parts.filter(({ locator }) => locator.sheet === undefined))
  if (sample.length < 20) return undefined
  const { eld } = await import('eld/small')
  const found = eld.detect(sample)
  return found.isReliable() && found.language ? found.language : undefined
}

/** From the start, the middle and the end: licences and contents in front speak for themselves. */
function sampleOf(parts: readonly Part[]): string {
  const text = [0, 0.4, 0.8].map((share) => textFrom(parts, Math.floor(share * parts.length)))
  return text.join('\n').trim()
}

function textFrom(parts: readonly Part[], first: number): string {
  let text = ''
  for (let at = first; at < parts.length && text.length < SLICE; at++) {
    text += `${parts[at]?.text.slice(0, SLICE - text.length)}\n`
  }
  return text
}
