import type { Embedder } from '../../core/ports/index.ts'
import { isCommon } from '../../core/search/common-words.ts'
import { foldedWords } from '../../core/search/words.ts'

const DIMENSION = 384

/** Part of a word's energy that goes to its character n-grams; the rest stays with the word itself. */
const GRAM_ENERGY = 0.4
/** Buckets a word is spread over, so that two words that meet in one are still told apart. */
const WORD_BUCKETS = 4
const SHORTEST_GRAM = 3
const LONGEST_GRAM = 5

/**
 * The embedder that is always there: no model, no network, the same vectors on every machine.
 *
 * It is *lexical*: words and their character 3-5-grams are hashed into 384 signed buckets
 * (Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning"), with sublinear
 * term frequency. Related spellings come near (`invoice`, `invoices`, `invoicing`); synonyms do not.
 */
export const builtinEmbedder = (): Embedder => ({
  space: {
    id: 'builtin_lexical_384_v1',
    model: 'builtin-lexical',
    dimension: DIMENSION,
    pooling: 'none',
  },
  isLexical: true,
  // Words that occur in none of 1,390 chunks reached 0.18, the three words of a question in the chunk
  // that answers it 0.1 to 0.2: no line between them. What comes near is compared word by word.
  floor: 0.05,
  embed: async (texts) => texts.map(embedText),
  async close() {},
})

function embedText(text: string): Float32Array {
  const vector = new Float32Array(DIMENSION)
  for (const [word, count] of countWords(text)) addWord(vector, word, 1 + Math.log(count))
  return normalised(vector)
}

/** Words by how often they stand there; common ones only when there is nothing else. */
function countWords(text: string): Map<string, number> {
  const words = foldedWords(text)
  const telling = words.filter((word) => !isCommon(word))
  const counts = new Map<string, number>()
  for (const word of telling.length > 0 ? telling : words) {
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return counts
}

function addWord(vector: Float32Array, word: string, weight: number): void {
  const grams = gramsOf(word)
  const own = (grams.length > 0 ? 1 - GRAM_ENERGY : 1) / WORD_BUCKETS
  for (let i = 0; i < WORD_BUCKETS; i++) add(vector, `${i}=${word}`, weight * Math.sqrt(own))
  const each = weight * Math.sqrt(GRAM_ENERGY / grams.length)
  for (const gram of grams) add(vector, gram, each)
}

/** Character n-grams of `<word>`; the brackets make beginnings and ends features of their own. */
function gramsOf(word: string): string[] {
  const marked = Array.from(`<${word}>`)
  const grams: string[] = []
  for (let length = SHORTEST_GRAM; length <= LONGEST_GRAM; length++) {
    for (let at = 0; at + length <= marked.length; at++) {
      grams.push(marked.slice(at, at + length).join(''))
    }
  }
  return grams
}

function add(vector: Float32Array, feature: string, weight: number): void {
  const hash = hashOf(feature)
  const bucket = (hash >>> 1) % DIMENSION
  vector[bucket] = (vector[bucket] ?? 0) + (hash & 1 ? weight : -weight)
}

/** FNV-1a over UTF-16 units, then the finalizer of MurmurHash3, which spreads the low bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function normalised(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector)
  return length > 0 ? vector.map((value) => value / length) : vector
}
