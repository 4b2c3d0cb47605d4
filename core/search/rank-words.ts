import { fold, foldedWords, isUnspaced } from './words.ts'

/** A term of a query as the ranking needs it: its folded words and how many chunks hold it. */
export interface RankedTerm {
  words: readonly string[]
  /** Among what the caller may see only; counted up to a limit. */
  holders: number
}

/** Usual values of BM25 (Robertson and Zaragoza 2009); chunks are much alike in length. */
const K1 = 1.2
const B = 0.5
const USUAL_LENGTH = 900
/** A constant in place of the number of chunks: that number would tell what others store. */
const COLLECTION = 1_000_000
/** A word that only begins with the term counts for this much of it. */
const PREFIX_SHARE = 0.5
/** Two terms side by side, as they were typed, count for this much of the rarer one. */
const NEIGHBOUR_SHARE = 0.5

/**
 * Orders texts by BM25 for the terms, best first, equals as they came. Leaves out what holds fewer
 * than `least` of the terms.
 */
export function rankWords<Text extends { text: string }>(
  candidates: readonly Text[],
  terms: readonly RankedTerm[],
  least = 1,
): Text[] {
  const counters = terms.map(({ words }) => counter(words))
  const weights = terms.map(({ holders }) => Math.log(1 + COLLECTION / (holders + 1)))
  const pairs = pairsOf(terms).map((words) => counter(words))
  return candidates
    .map((candidate) => {
      const folded = fold(candidate.text)
      const length = 1 - B + (B * folded.length) / USUAL_LENGTH
      const counts = counters.map((count) => count(folded))
      let score = 0
      for (const [i, count] of counts.entries()) {
        score += ((weights[i] ?? 0) * count * (K1 + 1)) / (count + K1 * length)
      }
      for (const [i, count] of pairs.entries()) {
        const weight = Math.min(weights[i] ?? 0, weights[i + 1] ?? 0)
        if (count(folded) >= 1) score += NEIGHBOUR_SHARE * weight
      }
      return { candidate, score, held: counts.filter((count) => count > 0).length }
    })
    .filter(({ held }) => held >= least)
    .sort((a, b) => b.score - a.score)
    .map(({ candidate }) => candidate)
}

/** Every two neighbours of the query as one run of words. */
const pairsOf = (terms: readonly RankedTerm[]): string[][] =>
  terms.slice(1).map((term, i) => [...(terms[i]?.words ?? []), ...term.words])

/** Counts a run of words in folded text: whole ones as 1, those only begun with as less. */
function counter(words: readonly string[], prefixShare = PREFIX_SHARE) {
  const pattern = patternOf(words)
  return (folded: string): number => {
    let count = 0
    for (const match of folded.matchAll(pattern)) count += match[1] ? prefixShare : 1
    return count
  }
}

const SIGN = '[\\p{L}\\p{N}\\p{M}\\p{Co}]'

function patternOf(words: readonly string[]): RegExp {
  let source = ''
  for (const [i, word] of words.entries()) {
    const touches = isUnspaced(word) || isUnspaced(words[i - 1] ?? '')
    if (i > 0) source += `[^\\p{L}\\p{N}\\p{M}\\p{Co}]${touches ? '*' : '+'}`
    else if (!isUnspaced(word)) source += `(?<!${SIGN})`
    source += word
  }
  const open = isUnspaced(words.at(-1) ?? '')
  return new RegExp(open ? source : `${source}(${SIGN}*)`, 'gu')
}

/** Whether `text` holds the words of `phrase` as they stand. */
export const isHeldBy = (text: string, phrase: string): boolean =>
  counter(foldedWords(phrase), 0)(fold(text)) >= 1

/** Folded words of each text, empty ones left out. */
export const termsOf = (texts: readonly string[]): string[][] =>
  texts.map(foldedWords).filter((words) => words.length > 0)
