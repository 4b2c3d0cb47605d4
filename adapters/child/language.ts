import type { Part } from '../../core/model/locator.ts'

/** Enough of a text to know its language; the detector's time grows with length. */
const SLICE = 1500

/** Less than two lines of running text looks like any language. */
const FEWEST_LETTERS = 100
/** A sign of these stands for a syllable or a word. */
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu
const LETTERS_OF_ONE = 3

/**
 * Names the language of a text, ISO 639-1, or nothing when it is too short or undecidable. The
 * detector's tables take half a second to load, so they are loaded once, here, and not per file.
 */
export async function languageOf(parts: readonly Part[]): Promise<string | undefined> {
  // Cells, and names of files in an archive, are names and numbers: they look like any language.
  const sample = sampleOf(
    parts.filter(({ locator, entry }) => locator.sheet === undefined && entry === undefined),
  )
  if (lettersOf(sample) < FEWEST_LETTERS) return undefined
  const { eld } = await import('eld/small')
  const found = eld.detect(sample)
  return found.isReliable() && found.language ? found.language : undefined
}

const lettersOf = (text: string): number =>
  (text.match(/\p{L}/gu)?.length ?? 0) + (LETTERS_OF_ONE - 1) * (text.match(DENSE)?.length ?? 0)

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
