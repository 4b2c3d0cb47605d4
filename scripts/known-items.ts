import { GERMAN } from './known-items-de.ts'
import { ENGLISH } from './known-items-en.ts'
import { FRENCH } from './known-items-fr.ts'

/** A word as it stands in the documents, in another form, and said in another way. */
type Word = [plain: string, inflected: string, alike: string]

/** What the documents of one language are made of. Written for this set; nothing in it is real. */
export interface Tongue {
  language: 'en' | 'de' | 'fr'
  /** With their article. */
  things: Word[]
  events: Word[]
  places: string[]
  /** Sentences; the first of a document says what it is about, the asides what it is not about. */
  openings: string[]
  asides: string[]
  fillers: string[]
  firms: string[]
  people: string[]
  /** Questions: a few words, and as people ask. */
  asked: string[]
  wondered: string[]
}

/** How a question differs from the document that answers it. */
export const KINDS_OF_QUESTION = ['plain', 'inflected', 'misspelt', 'paraphrased'] as const
export type KindOfQuestion = (typeof KINDS_OF_QUESTION)[number]

export interface KnownDocument {
  /** Tells nothing of what is in it. */
  name: string
  language: Tongue['language']
  text: string
}

/** A question that one document answers better than any other. */
export interface KnownQuestion {
  text: string
  /** Index into the documents. */
  document: number
  kind: KindOfQuestion
  language: Tongue['language']
  /** Things, events and places of the two halves have no word in common: one to work on, one to judge by. */
  half: 'development' | 'held-out'
}

export interface KnownItems {
  documents: KnownDocument[]
  questions: KnownQuestion[]
}

const TONGUES = [ENGLISH, GERMAN, FRENCH]
const HALVES = ['development', 'held-out'] as const

/**
 * Documents of a harbour that does not exist, in three languages, and questions that are each asked
 * for one of them. The same for the same sizes, on every machine.
 *
 * @param documents of one language and half
 * @param asked of those, how many are asked for, each by a question of every kind
 */
export function makeKnownItems({
  documents,
  asked,
}: {
  documents: number
  asked: number
}): KnownItems {
  const made: KnownItems = { documents: [], questions: [] }
  for (const [at, tongue] of TONGUES.entries()) {
    for (const [half, name] of HALVES.entries()) {
      const random = uniform(20_261_121 + 10 * at + half)
      const maker = { tongue, half, random }
      const first = made.documents.length
      const about = subjects(maker, documents)
      for (const [place, subject] of about.entries()) {
        made.documents.push({
          name: `${tongue.language}-${name}-${String(place + 1).padStart(3, '0')}.txt`,
          language: tongue.language,
          text: documentOf(maker, subject),
        })
      }
      const mine = made.documents.slice(first)
      const known = about.flatMap((subject, i) => (holders(mine, subject) === 1 ? [i] : []))
      for (const i of known.slice(0, asked)) {
        const common = { document: first + i, language: tongue.language, half: name }
        for (const kind of KINDS_OF_QUESTION) {
          const text = questionOf(maker, about[i] as Subject, kind)
          made.questions.push({ ...common, kind, text })
        }
      }
    }
  }
  return made
}

/** What a document is about; no other one is about all three. */
interface Subject {
  thing: Word
  event: Word
  place: string
}

interface Maker {
  tongue: Tongue
  /** 0 or 1: which words of each list it is made of. */
  half: number
  random: () => number
}

const pick = <T>(list: readonly T[], random: () => number): T =>
  list[Math.floor(random() * list.length)] as T

/** Different subjects of a half, in no order. */
function subjects({ tongue, half, random }: Maker, count: number): Subject[] {
  const mine = <T>(list: readonly T[]) => list.filter((_, i) => i % 2 === half)
  const all = mine(tongue.things).flatMap((thing) =>
    mine(tongue.events).flatMap((event) =>
      mine(tongue.places).map((place) => ({ thing, event, place })),
    ),
  )
  return shuffled(all, random).slice(0, count)
}

/** How many documents have all the words of a subject, together or by the way. */
const holders = (documents: readonly KnownDocument[], { thing, event, place }: Subject): number =>
  documents.filter(({ text }) =>
    [withoutArticle(thing[0]), event[0], place].every((word) => text.includes(word)),
  ).length

/** Two to four paragraphs: what it is about somewhere in the first, other things in each. */
function documentOf(maker: Maker, about: Subject): string {
  const { tongue, random } = maker
  const paragraphs = 2 + Math.floor(random() * 3)
  return Array.from({ length: paragraphs }, (_, i) => {
    const fillers = shuffled(tongue.fillers, random).slice(0, 3 + Math.floor(random() * 3))
    const asides = shuffled(tongue.asides, random).slice(0, 1 + Math.floor(random() * 2))
    const sentences = shuffled([...fillers, ...asides], random).map((each) =>
      filled(each, maker, anySubject(maker)),
    )
    if (i === 0) {
      const opening = filled(pick(tongue.openings, random), maker, about)
      sentences.splice(Math.floor(random() * 3), 0, opening)
    }
    return sentences.join(' ')
  }).join('\n\n')
}

/** Something of either half, to be named by the way. */
const anySubject = ({ tongue, random }: Maker): Subject => ({
  thing: pick(tongue.things, random),
  event: pick(tongue.events, random),
  place: pick(tongue.places, random),
})

function filled(sentence: string, { tongue, random }: Maker, about: Subject): string {
  const [thing] = about.thing
  const values: Record<string, () => string> = {
    thing: () => thing,
    event: () => about.event[0],
    place: () => about.place,
    firm: () => pick(tongue.firms, random),
    person: () => pick(tongue.people, random),
    number: () => String(10 + Math.floor(random() * 900)),
    sum: () => String(1000 + Math.floor(random() * 90_000)),
    day: () => `${1 + Math.floor(random() * 28)}.${1 + Math.floor(random() * 12)}.2025`,
  }
  const text = sentence.replace(/\{(\w+)\}/g, (_, name: string) => values[name]?.() ?? '')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function questionOf({ tongue, random }: Maker, about: Subject, kind: KindOfQuestion): string {
  const form = kind === 'inflected' ? 1 : kind === 'paraphrased' ? 2 : 0
  const isHalfRight = kind === 'paraphrased' && random() < 0.5
  const words: Record<string, string> = {
    thing: withoutArticle(about.thing[form]),
    event: about.event[isHalfRight ? 0 : form],
    place: about.place,
  }
  if (kind === 'misspelt') {
    const slipped = random() < 0.5 ? 'thing' : 'place'
    words[slipped] = misspelt(words[slipped] ?? '', random)
  }
  const sentence = pick(kind === 'paraphrased' ? tongue.wondered : tongue.asked, random)
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => words[name] ?? '')
}

const withoutArticle = (thing: string): string => thing.replace(/^(\p{L}{2,3} |l')/u, '')

const KEYS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm']

/** One slip of the fingers behind the first letter: left out, doubled, swapped, or the key beside. */
function misspelt(word: string, random: () => number): string {
  const letters = [...word]
  const at = 1 + Math.floor(random() * (letters.length - 2))
  const letter = letters[at] ?? ''
  const row = KEYS.find((keys) => keys.includes(letter)) ?? letter
  const beside = row[row.indexOf(letter) + 1] ?? row[row.indexOf(letter) - 1] ?? letter
  const slips = [
    [],
    [letter, letter],
    [letters[at + 1] ?? '', letter],
    [beside === letter ? 'x' : beside],
  ]
  const slip = Math.floor(random() * slips.length)
  letters.splice(at, slip === 2 ? 2 : 1, ...(slips[slip] ?? []))
  return letters.join('')
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  return list
    .map((value) => ({ value, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value)
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
