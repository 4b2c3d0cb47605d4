import type { Chunk, Locator, Part } from '../model/locator.ts'

/** Sizes in UTF-16 units. A chunk is a few sentences: one thought to embed, one hit to show. */
const TARGET = 900
const MOST = 1200
const OVERLAP = 100
/** Shorter sections are read together with the next one, so that a chunk says enough. */
const SHORT = 200
/** What is said in a row is read together up to here: half a minute. */
const SPOKEN = 450
/** Of speech: here somebody else begins, or something else. */
const PAUSE_MS = 5000
/** Intl.Segmenter slows down with the length of what it is given: 40 times on 190 kB. */
const SLICE = 4000

/**
 * Cuts located text into chunks on paragraph and sentence borders. A chunk never crosses from one
 * page, slide or sheet into another; neighbours inside one share about `OVERLAP` characters, so
 * that a thought on the border is whole in one of them.
 */
export function splitParts(parts: readonly Part[]): Chunk[] {
  const chunks: Chunk[] = []
  for (const { text, locator } of joinShort(parts)) {
    for (const { start, end } of spans(text)) {
      const piece = text.slice(start, end)
      const offset = start + (piece.length - piece.trimStart().length)
      chunks.push({
        ordinal: chunks.length,
        text: piece.trim(),
        locator: locatorAt(locator, text, offset),
      })
    }
  }
  return chunks
}

const isPaged = ({ page, slide, sheet, startMs, path }: Locator): boolean =>
  [page, slide, sheet, startMs, path].some((place) => place !== undefined)

const isSpoken = ({ startMs }: Locator): boolean => startMs !== undefined

/** Not across a long pause: a hit is to begin at what was found. */
const fits = (last: Part, part: Part): boolean =>
  last.text.length + part.text.length < SPOKEN &&
  (part.locator.startMs ?? 0) - (last.locator.endMs ?? 0) < PAUSE_MS

const endOf = ({ locator: { endMs } }: Part): Pick<Locator, 'endMs'> =>
  endMs === undefined ? {} : { endMs }

/**
 * Joins short sections of texts without pages to the next; the longer one says where it stands. What
 * is said in a row is joined, too, from its beginning to its end.
 */
function joinShort(parts: readonly Part[]): Part[] {
  const joined: Part[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (last && isSpoken(last.locator) && isSpoken(part.locator) && fits(last, part)) {
      last.text = `${last.text} ${part.text}`
      last.locator = { ...last.locator, ...endOf(part) }
    } else if (
      last &&
      !isPaged(last.locator) &&
      !isPaged(part.locator) &&
      last.text.length < SHORT
    ) {
      if (part.text.length >= last.text.length) last.locator = part.locator
      last.text = `${last.text}\n\n${part.text}`
    } else {
      joined.push({ ...part })
    }
  }
  return joined
}

/** Where a chunk starts: in plain text its first line, else what the whole part says. */
function locatorAt(locator: Locator, text: string, offset: number): Locator {
  if (locator.line === undefined) return locator
  let line = locator.line
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return { ...locator, line }
}

interface Span {
  start: number
  end: number
}

/** Packs pieces into spans of about `TARGET`, at most `MOST`, each after the first with overlap. */
function spans(text: string): Span[] {
  const found: Span[] = []
  let open: Span | undefined
  for (const piece of pieces(text)) {
    if (open && piece.end - open.start > MOST) {
      found.push(open)
      open = { start: backUp(text, open, piece.end), end: piece.end }
    } else {
      open = { start: open?.start ?? piece.start, end: piece.end }
    }
    if (open.end - open.start >= TARGET && endsParagraph(text, open.end)) {
      found.push(open)
      open = undefined
    }
  }
  if (open) closeLast(found, open)
  return found.filter(({ start, end }) => text.slice(start, end).trim() !== '')
}

/** A crumb at the end belongs to the chunk before it. */
function closeLast(found: Span[], rest: Span): void {
  const last = found.at(-1)
  if (last && rest.end - last.end < SHORT && rest.end - last.start <= MOST + SHORT) {
    last.end = rest.end
  } else {
    found.push(rest)
  }
}

const endsParagraph = (text: string, end: number): boolean =>
  /\n[^\S\n]*\n\s*$/.test(text.slice(Math.max(0, end - 8), end))

/** Start of the next chunk: a sentence or word about `OVERLAP` before the end of the last one. */
function backUp(text: string, closed: Span, nextEnd: number): number {
  const room = Math.min(OVERLAP, MOST - (nextEnd - closed.end))
  const from = Math.max(closed.start + 1, closed.end - room)
  if (from >= closed.end) return closed.end
  const shared = text.slice(from, closed.end)
  const sentence = shared.search(/(?<=[.!?。]["'”’)]*\s+)\S/)
  if (sentence > 0) return from + sentence
  const word = shared.search(/(?<=\s)\S/)
  return word > 0 ? from + word : closed.end
}

/** Sentences of the text in order and without gaps, long ones in pieces. */
function* pieces(text: string): Generator<Span> {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' })
  for (const paragraph of paragraphs(text)) {
    // A line end inside a paragraph is where the page was narrow, not where a sentence ends.
    const flat = text.slice(paragraph.start, paragraph.end).replaceAll('\n', ' ')
    for (const { segment, index } of segmenter.segment(flat)) {
      const start = paragraph.start + index
      yield* breakUp(text, { start, end: start + segment.length }, MOST / 2)
    }
  }
}

/** Runs between blank lines, each with the blank lines that follow it. */
function* paragraphs(text: string): Generator<Span> {
  let start = 0
  for (const { 0: gap, index } of text.matchAll(/\n[^\S\n]*\n\s*/g)) {
    yield* breakUp(text, { start, end: index + gap.length }, SLICE)
    start = index + gap.length
  }
  yield* breakUp(text, { start, end: text.length }, SLICE)
}

/** Breaks a span that is longer than `most`: after a line, else a clause, else a word, else hard. */
function* breakUp(text: string, { start, end }: Span, most: number): Generator<Span> {
  let from = start
  while (end - from > most) {
    const half = from + Math.floor(most / 2)
    const window = text.slice(half, from + most)
    const cut =
      lastEnd(window, /\n/g) ??
      lastEnd(window, /[;,:]\s/g) ??
      lastEnd(window, /\s/g) ??
      hard(window)
    yield { start: from, end: half + cut }
    from = half + cut
  }
  if (end > from) yield { start: from, end }
}

/** Where the last match of `border` ends. */
function lastEnd(window: string, border: RegExp): number | undefined {
  let end: number | undefined
  for (const { 0: match, index } of window.matchAll(border)) end = index + match.length
  return end
}

/** The whole window, but never half of a surrogate pair. */
const hard = (window: string): number =>
  /[\ud800-\udbff]$/.test(window) ? window.length - 1 : window.length
