import { createHash } from 'node:crypto'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import type { Locator } from '../core/model/locator.ts'

/** A sentence that stands in one place of the corpus only, and where. */
export interface Question {
  /** Path in the corpus. */
  file: string
  locator: Locator
  sentence: string
  /** A few of its words, as somebody would type who remembers it dimly. */
  query: string
}

/** A place whose text is known from its source, not from what our own parsers read. */
export interface Place {
  file: string
  locator: Locator
  text: string
}

const SENTENCE = /(?<=^|[.:] )[A-Z][A-Za-z0-9,;'"() ]{50,280}\.(?= |$)/g

/** One question for each place that has a sentence which occurs nowhere else. */
export function askAbout(places: readonly Place[], everything: readonly Place[]): Question[] {
  const texts = everything.map(({ text }) => flat(text))
  return places.flatMap(({ file, locator, text }) => {
    const candidates = [...flat(text).matchAll(SENTENCE)].map(([sentence]) => sentence)
    const unique = candidates.filter((sentence) => occurrences(texts, sentence) === 1)
    const sentence = unique.sort(byDigest)[0]
    return sentence ? [{ file, locator, sentence, query: queryOf(sentence) }] : []
  })
}

export const flat = (text: string): string => text.normalize('NFKC').replace(/\s+/g, ' ')

const occurrences = (texts: readonly string[], sentence: string): number =>
  texts.reduce((sum, text) => sum + text.split(sentence).length - 1, 0)

/** An order that depends on the sentences alone, and favours none. */
export function byDigest(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest('hex'))
  return (left ?? '') < (right ?? '') ? -1 : 1
}

/** The five longest words, in the order of the sentence. */
function queryOf(sentence: string): string {
  const words = [...new Set(sentence.toLowerCase().match(/[a-z]{4,}/g))]
  const longest = new Set([...words].sort((a, b) => b.length - a.length).slice(0, 5))
  return words.filter((word) => longest.has(word)).join(' ')
}

/** Text of each page of a PDF. */
export async function pdfPages(bytes: Uint8Array): Promise<string[]> {
  const task = getDocument({ data: new Uint8Array(bytes), verbosity: 0 })
  try {
    const pdf = await task.promise
    const pages: string[] = []
    for (let number = 1; number <= pdf.numPages; number++) {
      const { items } = await (await pdf.getPage(number)).getTextContent()
      const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? ' ' : '') : ''))
      pages.push(text.join(''))
    }
    return pages
  } finally {
    await task.destroy()
  }
}
