/** Half-open `[start, end)` in UTF-16 units. */
export type Range = [start: number, end: number]

const LONGEST = 240
const WINDOWS = [12, 8, 5]
const SKIPPED = /[\s\p{M}\u00ad\u200b-\u200f\u2060\ufeff\u2010-\u2015-]/u

interface Folded {
  text: string
  /** Where each character of `text` begins and ends in the original. */
  starts: number[]
  ends: number[]
}

/**
 * Letters only, in one form: readers of a format differ in spaces, line ends, hyphens, accents and
 * ligatures, so a passage found by one is searched for in the words of the other without them.
 */
export function fold(original: string): Folded {
  const folded: Folded = { text: '', starts: [], ends: [] }
  let at = 0
  for (const character of original) {
    const end = at + character.length
    for (const plain of character.normalize('NFKD').toLowerCase()) {
      if (SKIPPED.test(plain)) continue
      folded.text += plain
      for (let unit = 0; unit < plain.length; unit++) {
        folded.starts.push(at)
        folded.ends.push(end)
      }
    }
    at = end
  }
  return folded
}

/**
 * The sentence of a snippet that holds what was found: short enough for an address, long enough to
 * find the very place again.
 */
export function passageOf(snippet: string, marks: readonly (readonly number[])[]): string {
  const first = Math.min(...marks.map(([start = 0]) => start))
  const last = Math.max(...marks.map(([, end = 0]) => end))
  if (marks.length === 0) return cut(snippet, 0)
  const start = sentenceStart(snippet, first)
  const end = sentenceEnd(snippet, last)
  if (end - start <= LONGEST) return trimmed(snippet.slice(start, end))
  return cut(snippet, sentenceStart(snippet, longest(marks)[0] ?? 0))
}

/** The longest run of words that was found, or nothing. */
export function longestMark(snippet: string, marks: readonly (readonly number[])[]): string {
  const [start = 0, end = 0] = longest(marks)
  return snippet.slice(start, Math.min(end, start + LONGEST))
}

const longest = (marks: readonly (readonly number[])[]): readonly number[] =>
  [...marks].sort((a, b) => width(b) - width(a))[0] ?? []

const width = ([start = 0, end = 0]: readonly number[]): number => end - start
const trimmed = (text: string): string => text.replace(/^…\s*|\s*…$/g, '').trim()

/** From `start` to the end of its sentence, or as far as is allowed. */
function cut(snippet: string, start: number): string {
  const end = Math.min(sentenceEnd(snippet, start), start + LONGEST)
  return trimmed(snippet.slice(start, end))
}

function sentenceStart(text: string, at: number): number {
  const before = [...text.slice(0, at).matchAll(/[.!?。…]\s+/gu)].at(-1)
  return before ? before.index + before[0].length : 0
}

function sentenceEnd(text: string, at: number): number {
  const after = /[.!?。](?=\s|$)/u.exec(text.slice(at))
  return after ? at + after.index + 1 : text.length
}

/**
 * Where `passage` stands in `text`. When it is not there as a whole, its longest runs of words are;
 * when none of them is, the words of the query. Empty when nothing is found.
 */
export function findPassage(text: string, passage: string, query: string): Range[] {
  const folded = fold(text)
  const whole = rangeOf(folded, fold(passage).text)
  if (whole) return [whole]
  const words = passage.split(/\s+/).filter(Boolean)
  for (const size of WINDOWS) {
    const found = runsOf(folded, words, size)
    if (found.length > 0) return merged(found)
  }
  return wordsOf(text, query)
}

function rangeOf(folded: Folded, wanted: string): Range | undefined {
  if (wanted === '') return undefined
  const at = folded.text.indexOf(wanted)
  const start = folded.starts[at]
  const end = folded.ends[at + wanted.length - 1]
  return start === undefined || end === undefined ? undefined : [start, end]
}

function runsOf(folded: Folded, words: readonly string[], size: number): Range[] {
  if (words.length < size) return []
  return words.flatMap((_, at) => {
    if (at + size > words.length) return []
    const range = rangeOf(folded, fold(words.slice(at, at + size).join(' ')).text)
    return range ? [range] : []
  })
}

/** Whole words of the query; short ones only when it has no longer ones. */
function wordsOf(text: string, query: string): Range[] {
  const all = query.match(/[\p{L}\p{N}]+/gu) ?? []
  const long = all.filter((word) => word.length > 3)
  const wanted = long.length > 0 ? long : all
  if (wanted.length === 0) return []
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${wanted.join('|')})`, 'giu')
  return [...text.matchAll(pattern)].map((match) => [match.index, match.index + match[0].length])
}

/** Ranges in order; those that touch or overlap become one. */
function merged(ranges: Range[]): Range[] {
  const joined: Range[] = []
  for (const [start, end] of ranges.sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1)
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else joined.push([start, end])
  }
  return joined
}
