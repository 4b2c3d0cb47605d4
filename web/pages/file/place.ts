import type { Hit, Locator } from '../../api-types.ts'

/** Where in a file to open, and what to mark there; all of it optional. */
export interface FileSearch {
  /** The words that were searched. */
  q?: string
  page?: number
  slide?: number
  sheet?: string
  cells?: string
  line?: number
  heading?: string
  /** Start of the hit's text, to find the very passage among several on a page. */
  hit?: string
  version?: string
  tab?: 'details' | 'versions' | 'processing'
}

const TABS: readonly unknown[] = ['details', 'versions', 'processing']
const MAX_HIT = 160

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
    heading: text(raw.heading),
    hit: text(raw.hit)?.slice(0, MAX_HIT),
    version: text(raw.version),
    tab: TABS.includes(raw.tab) ? raw.tab : undefined,
  }
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  ) as FileSearch
}

/** Search parameters that open a file at a hit, with its words marked. */
export function placeOf(hit: Pick<Hit, 'locator' | 'snippet' | 'marks'>, q: string): FileSearch {
  const marked = hit.marks.map(([start, end]) => hit.snippet.slice(start, end))
  return {
    ...(q && { q }),
    ...fromLocator(hit.locator),
    ...(marked.length > 0 && { hit: hit.snippet.replace(/\s+/g, ' ').trim().slice(0, MAX_HIT) }),
  }
}

const fromLocator = (locator: Locator): FileSearch => {
  const { page, slide, sheet, cells, line, heading } = locator
  return fileSearch({ page, slide, sheet, cells, line, heading })
}
