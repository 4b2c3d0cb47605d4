import type { WordsQuery } from '../ports/index.ts'
import { isCommon } from './common-words.ts'
import { termsOf } from './rank-words.ts'
import { type Word, wordsIn } from './words.ts'

/** A piece of text to show, and the ranges of it that matched. */
export interface Snippet {
  snippet: string
  marks: [start: number, end: number][]
}

const LONGEST = 280
/** Shorter terms are marked where they are whole words only. */
const SHORTEST_BEGINNING = 3

interface Match {
  start: number
  end: number
  /** Which term; the window with most different ones is shown. */
  term: number
}

/** The part of `text` that holds most of what was asked, with marks; its beginning when nothing is. */
export function snippetOf(text: string, query: WordsQuery): Snippet {
  const plain = text.replace(/\s+/g, ' ').trim()
  const matches = matchesIn(plain, termsOf([...query.phrases, ...query.terms]))
  const { start, end } = windowOf(plain, matches)
  const before = start > 0 ? '… ' : ''
  const after = end < plain.length ? ' …' : ''
  const shift = before.length - start
  return {
    snippet: before + plain.slice(start, end) + after,
    marks: joined(
      plain,
      matches.filter((match) => match.start >= start && match.end <= end),
    ).map((match) => [match.start + shift, match.end + shift]),
  }
}

function matchesIn(text: string, terms: readonly string[][]): Match[] {
  const words = [...wordsIn(text)]
  const matches: Match[] = []
  for (const [at, first] of words.entries()) {
    for (const [term, wanted] of terms.entries()) {
      if (!isRun(words, at, wanted)) continue
      const last = words[at + wanted.length - 1] ?? first
      matches.push({ start: first.start, end: last.end, term })
    }
  }
  return matches
}

function isRun(words: readonly Word[], at: number, wanted: readonly string[]): boolean {
  return wanted.every((each, i) => {
    const word = words[at + i]?.folded
    if (word === undefined || word === each) return word === each
    const mayGoOn = i === wanted.length - 1 && each.length >= SHORTEST_BEGINNING && !isCommon(each)
    return mayGoOn && word.startsWith(each)
  })
}

/** The range with most different terms, begun at a sentence where one is near. */
function windowOf(text: string, matches: readonly Match[]): { start: number; end: number } {
  if (text.length <= LONGEST) return { start: 0, end: text.length }
  let best = { start: 0, terms: 0 }
  for (const [i, { start }] of matches.entries()) {
    const inside = matches.slice(i).filter((match) => match.end <= start + LONGEST - 60)
    const terms = new Set(inside.map(({ term }) => term)).size
    if (terms > best.terms) best = { start, terms }
  }
  const start = best.start < 60 ? 0 : beginning(text, best.start)
  const room = LONGEST - 2 - (start > 0 ? 2 : 0)
  const limit = Math.min(text.length, start + room)
  if (limit === text.length) return { start, end: limit }
  const space = text.lastIndexOf(' ', limit)
  return { start, end: space > start + room / 2 ? space : limit }
}

/** Where to begin to show what stands at `at`: its sentence, else a few words before it. */
function beginning(text: string, at: number): number {
  const from = at - 60
  const lead = text.slice(from, at)
  const sentence = Math.max(...['. ', '! ', '? ', '。'].map((end) => lead.lastIndexOf(end)))
  if (sentence >= 0) return from + lead.indexOf(' ', sentence) + 1 || at
  const space = lead.indexOf(' ')
  return space >= 0 ? from + space + 1 : at
}

/** Ranges that overlap, or have nothing but a space between them, become one. */
function joined(text: string, matches: readonly Match[]): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = []
  for (const { start, end } of matches) {
    const last = ranges.at(-1)
    if (last && (start <= last.end || text.slice(last.end, start) === ' ')) {
      last.end = Math.max(last.end, end)
    } else {
      ranges.push({ start, end })
    }
  }
  return ranges
}
