import { isCommon } from './common-words.ts'
import { foldedWords } from './words.ts'

/**
 * From this likeness on, two words are taken for forms or misspellings of one. On the development
 * half of `npm run bench:search-quality`, 0.4 finds a hundredth more, and what has nothing to do with it.
 */
const LEAST = 0.5

/**
 * Orders texts by how much of the query is in them, spelt alike: for each word of the query its
 * likest word of the text counts, squared, by how few of the texts have one. Best first, equals as
 * they came; leaves out what has less than half of the query.
 *
 * A vector of hashed spellings says which texts are worth a look, among thousands; with 384 numbers
 * for a hundred words it cannot say more. Words are compared here one by one instead.
 */
export function rankAlike<Text extends { text: string }>(
  candidates: readonly Text[],
  query: string,
): Text[] {
  const terms = tellingWords(query).map(likenessTo)
  const texts = candidates.map(({ text }) => [...new Set(foldedWords(text))])
  // By term, then by text.
  const shares = terms.map((likeness) => texts.map((words) => shareOf(words, likeness)))
  const scores = candidates.map(() => 0)
  const held = candidates.map(() => 0)
  for (const each of shares) {
    const holders = each.reduce((sum, share) => sum + share, 0)
    const weight = Math.log(1 + candidates.length / (holders + 1))
    for (const [i, share] of each.entries()) {
      scores[i] = (scores[i] ?? 0) + share * weight
      held[i] = (held[i] ?? 0) + (share > 0 ? 1 : 0)
    }
  }
  const least = Math.max(1, Math.ceil(terms.length / 2))
  return [...candidates.keys()]
    .filter((i) => (held[i] ?? 0) >= least)
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
    .flatMap((i) => candidates[i] ?? [])
}

/** Different words that are not among the commonest. */
const tellingWords = (text: string): string[] =>
  [...new Set(foldedWords(text))].filter((word) => !isCommon(word))

/** The squared likeness of the likest word, 0 where none is like it. */
function shareOf(words: readonly string[], likeness: (word: string) => number): number {
  let best = 0
  for (const word of words) {
    const found = likeness(word)
    if (found > best) best = found
  }
  return best >= LEAST ? best ** 2 : 0
}

/**
 * How alike a word is to `term`: Dice's coefficient of their runs of two and three characters, counted
 * once for each word.
 */
function likenessTo(term: string): (word: string) => number {
  const own = new Set<number>()
  forRuns(term, (run) => own.add(run))
  const digits = digitsOf(term)
  const known = new Map<string, number>([[term, 1]])
  return (word) => {
    const found = known.get(word)
    if (found !== undefined) return found
    // Another number is another thing, not a misspelling of this one.
    const likeness = digitsOf(word) === digits ? dice(own, word) : 0
    known.set(word, likeness)
    return likeness
  }
}

const digitsOf = (word: string): string => word.replace(/\P{N}+/gu, '')

function dice(own: ReadonlySet<number>, word: string): number {
  const most = 2 * word.length + 1
  // More runs than these two words can share at best.
  if ((2 * Math.min(most, own.size)) / (most + own.size) < LEAST) return 0
  let shared = 0
  forRuns(word, (run) => {
    if (own.has(run)) shared++
  })
  return Math.min(1, (2 * shared) / (own.size + most))
}

/** What stands before and after a word, so that beginnings and ends are runs of their own. */
const EDGE = 1

/** Runs of two and three characters as numbers; those of three as if letters had 10 bits, which they mostly have. */
function forRuns(word: string, use: (run: number) => void): void {
  let first = -1
  let second = EDGE
  for (let at = 0; at <= word.length; at++) {
    const third = at < word.length ? word.charCodeAt(at) : EDGE
    use(second * 65_536 + third)
    if (first >= 0) use(-(((first & 1023) << 20) | ((second & 1023) << 10) | (third & 1023)))
    first = second
    second = third
  }
}
