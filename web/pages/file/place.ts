import type { Hit, Locator } from '../../api-types.ts'
import { longestMark, passageOf } from './passage.ts'

/** Where in a file to open, and what to mark there; all of it optional. */
export interface FileSearch {
  /** The words that were searched. */
  q?: string | undefined
  page?: number | undefined
  slide?: number | undefined
  sheet?: string | undefined
  cells?: string | undefined
  line?: number | undefined
  /** Second of a recording or a film. */
  at?: number | undefined
  heading?: string | undefined
  /** Of an entry of an archive. */
  path?: string | undefined
  /** The sentence that was found, to mark it in its place. */
  hit?: string | undefined
  version?: string | undefined
  /** Only the words, of a file that could be shown as it is. */
  view?: 'text' | undefined
  tab?: 'details' | 'versions' | 'access' | 'processing' | undefined
}

const TABS: readonly unknown[] = ['details', 'versions', 'access', 'processing']
const MAX_HIT = 240

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined
const count = (value: unknown): number | undefined => {
  const number = Number(value)
  return Number.isInteger(number) && number > 0 ? number : undefined
}

/** Reads the address; whatever does not fit is left out. */
export function fileSearch(raw: Record<string, unknown>): FileSearch {
  const all = {
    q: text(raw.q),
    page: count(raw.page),
    slide: count(raw.slide),
    sheet: text(raw.sheet),
    cells: text(raw.cells),
    line: count(raw.line),
    at: count(raw.at),
    heading: text(raw.heading),
    path: text(raw.path),
    hit: text(raw.hit)?.slice(0, MAX_HIT),
    version: text(raw.version),
    view: raw.view === 'text' ? raw.view : undefined,
    tab: TABS.includes(raw.tab) ? raw.tab : undefined,
  }
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  ) as FileSearch
}

/** Search parameters that open a file at a hit, with its passage marked. */
export function placeOf(hit: Pick<Hit, 'locator' | 'snippet' | 'marks'>, q: string): FileSearch {
  // Rows of a table and paths make no sentences: what was found there is the word itself.
  const passage =
    (hit.locator.sheet ?? hit.locator.path)
      ? longestMark(hit.snippet, hit.marks)
      : passageOf(hit.snippet, hit.marks)
  return { ...(q && { q }), ...fromLocator(hit.locator), ...(passage && { hit: passage }) }
}

const fromLocator = (locator: Locator): FileSearch => {
  const { page, slide, sheet, cells, line, heading, path, start_ms } = locator
  const at = start_ms === undefined ? undefined : Math.floor(start_ms / 1000)
  return fileSearch({ page, slide, sheet, cells, line, heading, path, at })
}
