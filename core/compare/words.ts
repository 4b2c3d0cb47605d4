import { myers } from './myers.ts'

/** A run of text inside a passage that was changed. */
export interface Piece {
  op: 'same' | 'removed' | 'added'
  text: string
}

/** Words; marks and characters of scripts without spaces one by one; what is blank between them. */
const TOKEN =
  /[[\p{L}\p{M}\p{N}]--[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]]+|\s+|[^\s]/gv
const WORD = /[\p{L}\p{N}]/u
const MOST_EDITS = 1500

/** Work that is left for passages, all of a comparison together; taken from it as it is used. */
export interface Budget {
  left: number
}

/** The text in order, nothing lost. */
export const tokensOf = (text: string): string[] => text.match(TOKEN) ?? []

export const isWord = (token: string): boolean => WORD.test(token)

export const countWords = (text: string): number => tokensOf(text).filter(isWord).length

/**
 * How a passage became another: what is `same` or `removed`, joined, is the first, what is `same` or
 * `added` the second. Passages too far apart, or those for which nothing of the budget is left, come
 * back as removed and added as a whole.
 */
export function diffWords(from: string, to: string, budget: Budget): Piece[] {
  const [a, b] = [tokensOf(from), tokensOf(to)]
  budget.left -= ((a.length + b.length) / 2) ** 2
  const ids = new Map<string, number>()
  const idOf = (token: string) => {
    const known = ids.get(token) ?? ids.size
    ids.set(token, known)
    return known
  }
  const gap = { fromStart: 0, fromEnd: a.length, toStart: 0, toEnd: b.length }
  const runs =
    (budget.left < 0 ? undefined : myers(a.map(idOf), b.map(idOf), gap, MOST_EDITS)) ?? []
  const pieces: Piece[] = []
  let [atA, atB] = [0, 0]
  for (const { from: startA, to: startB, length } of [
    ...runs,
    { from: a.length, to: b.length, length: 0 },
  ]) {
    push(pieces, 'removed', a.slice(atA, startA))
    push(pieces, 'added', b.slice(atB, startB))
    push(pieces, 'same', a.slice(startA, startA + length))
    atA = startA + length
    atB = startB + length
  }
  return calm(pieces)
}

function push(pieces: Piece[], op: Piece['op'], tokens: readonly string[]): void {
  if (tokens.length > 0) pieces.push({ op, text: tokens.join('') })
}

/**
 * One change instead of many with a blank or a comma between them: nobody reads a sentence that was
 * written anew word by word.
 */
function calm(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = []
  let [removed, added] = ['', '']
  const flush = () => {
    if (removed !== '') out.push({ op: 'removed', text: removed })
    if (added !== '') out.push({ op: 'added', text: added })
    removed = ''
    added = ''
  }
  for (const [at, { op, text }] of pieces.entries()) {
    if (op === 'removed') removed += text
    else if (op === 'added') added += text
    else if ((removed || added) && at < pieces.length - 1 && !isWord(text)) {
      removed += text
      added += text
    } else {
      flush()
      out.push({ op, text })
    }
  }
  flush()
  return out
}
