/** A made-up collection: words by Zipf's law, texts that lean towards a subject of their own. */
export interface Corpus {
  /** Texts of each document, as long as chunks are. */
  documents: string[][]
  /** Three words of one chunk, and the document they are from. */
  questions: { text: string; document: number }[]
}

const WORDS = 30_000
const WORDS_OF_CHUNK = 130
const WORDS_OF_SUBJECT = 400
const SYLLABLES = 'ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu'.split(' ')

/** The same corpus every time. */
export function makeCorpus(size: { documents: number; chunks: number; questions: number }): Corpus {
  const random = uniform(20_261_121)
  const below = (end: number) => Math.floor(random() * end)
  const documents = Array.from({ length: size.documents }, () => {
    const subject = below(WORDS)
    const word = () =>
      random() < 0.3 ? wordOf((subject + below(WORDS_OF_SUBJECT)) % WORDS) : wordOf(zipf(random))
    return Array.from({ length: size.chunks }, () =>
      Array.from({ length: WORDS_OF_CHUNK }, word).join(' '),
    )
  })
  const questions = Array.from({ length: size.questions }, () => {
    const document = below(documents.length)
    const chunk = documents[document]?.[below(size.chunks)] ?? ''
    const words = chunk.split(' ')
    const text = Array.from({ length: 3 }, () => words[below(words.length)]).join(' ')
    return { text, document }
  })
  return { documents, questions }
}

/** The n-th commonest word, in syllables. */
function wordOf(n: number): string {
  let word = ''
  for (let rest = n + SYLLABLES.length; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    word += SYLLABLES[rest % SYLLABLES.length]
  }
  return word
}

const zipf = (random: () => number): number => Math.floor(WORDS ** random()) - 1

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
