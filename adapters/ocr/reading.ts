/** What one pass over a picture gave. */
export interface Reading {
  /** Lines as lines, an empty line between blocks. */
  text: string
  /** 0 to 100: mean of the words, by their length; 0 without words. */
  confidence: number
  /** Letters and digits in words that were read with some certainty, weighed by it. */
  score: number
  /** 0 to 100: as `confidence`, of all that was taken for words, dirt included. */
  clarity: number
  /** Most words stand upright in the picture: the engine reads them so, too, but not as well. */
  isSideways: boolean
}

interface Word {
  text: string
  confidence: number
  /** Its box is higher than wide. */
  isUpright: boolean
  /** Block, paragraph and line it stands in. */
  block: string
  line: string
}

/** Below this a word is a guess at dirt, leaves or the weave of a curtain. */
const GUESS = 25
/** A line whose words are on the whole worth less is no text. */
const NOISE = 40

/**
 * Reads tesseract's table of words (TSV: level, page, block, paragraph, line, word, left, top,
 * width, height, confidence, text), with or without its header row.
 */
export function readTable(table: string): Reading {
  const words = table.split('\n').flatMap(wordOf)
  const lines = linesOf(words).filter((line) => meanOf(line) >= NOISE)
  const kept = lines.flat()
  return {
    text: textOf(lines),
    confidence: Math.round(meanOf(kept) * 10) / 10,
    score: kept.reduce((sum, word) => sum + (lengthOf(word) * word.confidence) / 100, 0),
    clarity: meanOf(words),
    isSideways: isSideways(kept),
  }
}

const WORD_LEVEL = '5'

function wordOf(row: string): Word[] {
  const [level, , block, paragraph, line, , , , width, height, confidence, ...rest] =
    row.split('\t')
  const text = rest.join(' ').trim()
  if (level !== WORD_LEVEL || text === '' || !(Number(confidence) >= 0)) return []
  return [
    {
      text,
      confidence: Number(confidence),
      isUpright: Number(height) > Number(width),
      block: `${block}.${paragraph}`,
      line: `${block}.${paragraph}.${line}`,
    },
  ]
}

/** Short words are as high as wide; longer ones tell. */
function isSideways(words: readonly Word[]): boolean {
  const long = words.filter((word) => lengthOf(word) >= 4)
  return long.filter((word) => word.isUpright).length > long.length / 2
}

function linesOf(words: readonly Word[]): Word[][] {
  const lines = new Map<string, Word[]>()
  for (const word of words) {
    const line = lines.get(word.line)
    if (line) line.push(word)
    else lines.set(word.line, [word])
  }
  return [...lines.values()]
    .map((line) => line.filter(isWorthKeeping))
    .filter((line) => line.some((word) => lengthOf(word) > 0))
}

const isWorthKeeping = (word: Word): boolean =>
  word.confidence >= GUESS && (lengthOf(word) > 0 || word.confidence >= 2 * GUESS)

function textOf(lines: readonly Word[][]): string {
  let text = ''
  let block: string | undefined
  for (const line of lines) {
    const here = line[0]?.block
    if (text !== '') text += here === block ? '\n' : '\n\n'
    text += line.map((word) => word.text).join(' ')
    block = here
  }
  return text
}

/** Long words tell more of how well it went than a lone bar or dot. */
function meanOf(words: readonly Word[]): number {
  const weight = words.reduce((sum, word) => sum + weightOf(word), 0)
  const total = words.reduce((sum, word) => sum + weightOf(word) * word.confidence, 0)
  return weight === 0 ? 0 : total / weight
}

const weightOf = (word: Word): number => Math.max(1, lengthOf(word))

const lengthOf = ({ text }: Word): number => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0
