import { AppError } from '../errors.ts'
import type { WordsQuery } from '../ports/index.ts'
import { isCommon } from './common-words.ts'
import { foldedWords } from './words.ts'

/** A query as people type it, taken apart. */
export interface ParsedQuery extends WordsQuery {
  /** What is left to understand: the query without its signs and excluded words. */
  meaning: string
}

const MOST_CHARACTERS = 512
/** More words than this cost time and change nothing. */
const MOST_TERMS = 32

/** `"a phrase"`, in the quotes of any language, with or without a minus before it. */
const PHRASE = /(?<=^|\s)(-?)["“”„«»]([^"“”„«»]+)["“”„«»](?=$|[\s,.;:!?])/gu

/**
 * Takes a query apart: words, `"phrases"`, `-excluded` ones. Nothing else is syntax. The commonest
 * words of a language are left out, unless there are no others.
 *
 * @throws AppError `bad_request` (reasons `QUERY_EMPTY`, `QUERY_TOO_LONG`)
 */
export function parseQuery(text: string): ParsedQuery {
  if (text.length > MOST_CHARACTERS) {
    throw refusal(`A query has at most ${MOST_CHARACTERS} characters.`, 'QUERY_TOO_LONG')
  }
  const phrases: string[] = []
  const excluded: string[] = []
  const rest = text.replace(PHRASE, (_, minus: string, phrase: string) => {
    if (foldedWords(phrase).length > 0) (minus ? excluded : phrases).push(phrase.trim())
    return ' '
  })
  const words = rest.split(/\s+/).filter((word) => foldedWords(word).length > 0)
  const wanted = words.filter((word) => !/^-[^-]/.test(word))
  excluded.push(...words.filter((word) => /^-[^-]/.test(word)).map((word) => word.slice(1)))
  if (wanted.length === 0 && phrases.length === 0) {
    throw refusal('Say what to look for.', 'QUERY_EMPTY')
  }
  return {
    terms: telling(wanted, phrases.length > 0).slice(0, MOST_TERMS),
    phrases: phrases.slice(0, MOST_TERMS),
    excluded: excluded.slice(0, MOST_TERMS),
    meaning: [...wanted, ...phrases].join(' '),
  }
}

function telling(words: readonly string[], hasMore: boolean): string[] {
  const unique = [...new Map(words.map((word) => [foldedWords(word).join(' '), word])).values()]
  const rare = unique.filter((word) => !foldedWords(word).every(isCommon))
  return rare.length > 0 || hasMore ? rare : unique
}

const refusal = (message: string, reason: string) =>
  new AppError('bad_request', message, { reason })
