import type Sqlite from 'better-sqlite3'
import { foldedWords } from '../../../core/search/words.ts'

/** Scope token of whoever sees every chapter. */
export const ANYWHERE = 'anywhere'

/** A chapter or book as one token of the words index; ids are hex digits and dashes. */
export const scopeToken = (placeId: string): string => `p${placeId.replaceAll('-', '')}`

/**
 * Teaches a connection the functions by which the triggers of the schema fill the words index, so
 * that a name and its index entry change in one statement and compare as the query does.
 */
export function registerFunctions(database: Sqlite.Database): void {
  const options = { deterministic: true }
  database.function('fold_words', options, (text) => foldedWords(String(text)).join(' '))
  database.function('fold_name', options, (name, folder) =>
    foldName(String(name), String(folder)).join(' '),
  )
  database.function('scope_tokens', options, (chapterId, bookId) =>
    [ANYWHERE, scopeToken(String(chapterId)), scopeToken(String(bookId))].join(' '),
  )
}

/** `Q3ReportFinal.pdf` is found by `report`: names are also cut where case or digits change. */
export function foldName(name: string, folder: string): string[] {
  const cut = name.replace(/(\p{Ll}|\p{N})(?=\p{Lu})/gu, '$1 ').replace(/(\p{L})(?=\p{N})/gu, '$1 ')
  const words = foldedWords(name)
  const pieces = foldedWords(cut)
  return [...words, ...(pieces.length > words.length ? pieces : []), ...foldedWords(folder)]
}
