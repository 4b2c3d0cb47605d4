import { isWord, tokensOf } from './words.ts'

/** Words of a passage, each with how often it occurs. */
export interface Bag {
  words: Map<string, number>
  size: number
}

export function bagOf(text: string): Bag {
  const words = new Map<string, number>()
  let size = 0
  for (const token of tokensOf(text)) {
    if (!isWord(token)) continue
    words.set(token, (words.get(token) ?? 0) + 1)
    size++
  }
  return { words, size }
}

/** Share of words that two passages have in common, from 0 to 1 (Dice). */
export function likeness(a: Bag, b: Bag): number {
  if (a.size + b.size === 0) return 0
  const [few, many] = a.words.size <= b.words.size ? [a, b] : [b, a]
  let common = 0
  for (const [word, count] of few.words) common += Math.min(count, many.words.get(word) ?? 0)
  return (2 * common) / (a.size + b.size)
}
