import type { Digest } from '../core/digest.ts'

/** Chunks of a made-up collection: vectors in clusters, contents in chapters, chapters in books. */
export interface Collection {
  rows: number
  dimension: number
  /** All vectors, one after the other, each of length 1. */
  vectors: Float32Array
  /** Number of the chapter of each content. */
  chapterOf: Uint16Array
  questions: Float32Array[]
}

export const CHUNKS_OF_CONTENT = 20
export const CHAPTERS = 1_000
export const CHAPTERS_OF_BOOK = 10
const CLUSTERS = 3_000
/** Directions in which the members of a cluster differ. */
const LOCAL = 24

/** The same collection every time. Questions are near members of clusters, as real ones are. */
export function makeCollection(rows: number, dimension: number, questions: number): Collection {
  const random = uniform(20_261_121)
  const centres = Array.from({ length: CLUSTERS }, () =>
    Float32Array.from({ length: dimension }, () => random() + random() + random() - 1.5),
  )
  const local = centres.map(() =>
    Uint16Array.from({ length: LOCAL }, () => Math.floor(random() * dimension)),
  )
  const zipf = () => Math.floor(CLUSTERS ** random()) - 1
  const write = (to: Float32Array, cluster: number) => {
    to.set(centres[cluster] as Float32Array)
    for (const at of local[cluster] as Uint16Array) to[at] = (to[at] ?? 0) + 3 * (random() - 0.5)
    let square = 0
    for (const value of to) square += value * value
    const length = Math.sqrt(square)
    for (let i = 0; i < to.length; i++) to[i] = (to[i] ?? 0) / length
  }
  const vectors = new Float32Array(rows * dimension)
  const contents = Math.ceil(rows / CHUNKS_OF_CONTENT)
  const chapterOf = Uint16Array.from({ length: contents }, () => Math.floor(random() * CHAPTERS))
  for (let content = 0; content < contents; content++) {
    // A content keeps to a few subjects.
    const subjects = [zipf(), zipf(), zipf()] as const
    for (let i = 0; i < CHUNKS_OF_CONTENT; i++) {
      const row = content * CHUNKS_OF_CONTENT + i
      if (row >= rows) break
      const at = row * dimension
      write(vectors.subarray(at, at + dimension), subjects[i % 3] ?? 0)
    }
  }
  const asked = Array.from({ length: questions }, () => {
    const vector = new Float32Array(dimension)
    write(vector, zipf())
    return vector
  })
  return { rows, dimension, vectors, chapterOf, questions: asked }
}

const idOf = (kind: 'a' | 'b', number: number): string =>
  `0199d2c1-7c1e-7b5a-9c0${kind}-${number.toString(16).padStart(12, '0')}`

export const chapterId = (number: number): string => idOf('a', number)
export const bookId = (number: number): string => idOf('b', number)
export const digestOf = (content: number): Digest =>
  content.toString(16).padStart(64, '0') as Digest

/** Rows nearest to a vector, for several sets of chapters at once: every distance is computed. */
export function exactly(
  { rows, dimension, vectors, chapterOf }: Collection,
  question: Float32Array,
  { among, k }: { among: readonly ((chapter: number) => boolean)[]; k: number },
): number[][] {
  const best = among.map(() => [] as { row: number; nearness: number }[])
  for (let row = 0; row < rows; row++) {
    let nearness = 0
    for (let i = 0, at = row * dimension; i < dimension; i++, at++) {
      nearness += (vectors[at] as number) * (question[i] as number)
    }
    const chapter = chapterOf[Math.floor(row / CHUNKS_OF_CONTENT)] ?? 0
    for (const [i, isAmong] of among.entries()) {
      const list = best[i] ?? []
      if (list.length === k && nearness <= (list[k - 1]?.nearness ?? 0)) continue
      if (!isAmong(chapter)) continue
      list.push({ row, nearness })
      list.sort((a, b) => b.nearness - a.nearness)
      list.length = Math.min(list.length, k)
    }
  }
  return best.map((list) => list.map(({ row }) => row))
}

/** Numbers from 0 to 1 that only the seed decides (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
