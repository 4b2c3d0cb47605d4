import { setImmediate as breathe } from 'node:timers/promises'
import { foldedWords } from '../search/words.ts'

/**
 * MinHash (Broder 1997): of every shingle of five words the least value under each of 120 hash
 * functions. The share of places in which two signatures agree estimates the share of shingles that
 * the texts have in common, to about 4 points.
 */
const SHINGLE = 5
export const HASHES = 120
/** Shorter texts have too few shingles to be told apart from chance: a form, a receipt, a greeting. */
const FEWEST_SHINGLES = 20
/** Shingles between two looks at what else there is to do. */
const STRETCH = 10_000

/** Signature of a text that is given in pieces; undefined for one that is too short to have one. */
export async function textSignature(
  texts: Iterable<string>,
  signal: AbortSignal,
): Promise<Uint32Array | undefined> {
  const least = new Uint32Array(HASHES).fill(0xffffffff)
  const last: number[] = []
  let shingles = 0
  for (const text of texts) {
    for (const word of foldedWords(text)) {
      last.push(hashOf(word))
      if (last.length < SHINGLE) continue
      addShingle(least, shingleOf(last))
      last.shift()
      if (++shingles % STRETCH === 0) {
        await breathe()
        signal.throwIfAborted()
      }
    }
  }
  return shingles >= FEWEST_SHINGLES ? least : undefined
}

/** Share of places in which two signatures agree, 0 to 1. */
export function agreement(a: Uint32Array, b: Uint32Array): number {
  let same = 0
  for (let i = 0; i < HASHES; i++) if (a[i] === b[i]) same++
  return same / HASHES
}

/** FNV-1a, 32 bits. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193)
  return hash
}

/** Depends on the order of the words. */
function shingleOf(words: readonly number[]): number {
  let hash = 0
  for (const word of words) hash = mix(Math.imul(hash, 31) ^ word)
  return hash
}

/** The finaliser of MurmurHash3: every bit depends on every bit. */
function mix(value: number): number {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** One odd factor and one offset a hash function; never to be changed: signatures lie in catalogs. */
const FACTORS = Int32Array.from({ length: HASHES }, (_, i) => mix(i + 1) | 1)
const OFFSETS = Int32Array.from({ length: HASHES }, (_, i) => mix(i + 0x1000))

function addShingle(least: Uint32Array, shingle: number): void {
  for (let i = 0; i < HASHES; i++) {
    let value = Math.imul(shingle ^ (OFFSETS[i] ?? 0), FACTORS[i] ?? 0)
    value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d) >>> 0
    if (value < (least[i] ?? 0)) least[i] = value
  }
}
