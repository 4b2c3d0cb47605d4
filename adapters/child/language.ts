import type { Part } from '../../core/model/locator.ts'

/** Enough of a text to know its language; the detector's time grows with length. */
const SAMPLE = 4000

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

function sampleOf(parts: readonly Part[]): string {
  let sample = ''
  for (const { text } of parts) {
    sample += `${text.slice(0, SAMPLE - sample.length)}\n`
    if (sample.length >= SAMPLE) break
  }
  return sample.trim()
}
