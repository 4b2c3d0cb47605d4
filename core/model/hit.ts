import type { Coverage, Locator } from './locator.ts'

/** Why it was found: its words match, its meaning is near, its name holds the words, or it shows it. */
export type Why = 'words' | 'meaning' | 'name' | 'picture'

/** Of a file that was not read whole: a search finds nothing in the rest of it. */
export interface Unread {
  /** Some of it was read. */
  isPartly: boolean
  /** What of it. */
  coverage?: Coverage
  /** Why, as the step that failed has it. */
  reason?: string
}

/** A passage that answers a query, in a document of the caller's. */
export interface Hit {
  documentId: string
  versionId: string
  name: string
  folder: string
  chapterId: string
  chapterName: string
  bookId: string
  bookName: string
  mediaType: string
  kind: string
  /** Epoch ms. */
  updatedAt: number
  /** There is a picture of its first page. */
  hasPreview: boolean
  /** Empty when only the name was found, or what the picture shows. */
  locator: Locator
  /** Plain text around what matched, at most 280 characters; '' when there is no text. */
  snippet: string
  /** Half-open ranges of the snippet that matched, in UTF-16 units, in order, not touching. */
  marks: [start: number, end: number][]
  why: Why[]
  /** Absent when the file was read whole, or has nothing to read. */
  unread?: Unread
}

/** How many of the found documents are of a kind, in a book, or changed lately. */
export interface Facets {
  kind: { value: string; count: number }[]
  book: { id: string; name: string; count: number }[]
  /** Each includes the ones before it. */
  changed: { value: 'week' | 'month' | 'year'; count: number }[]
}

/** One page of what was found. */
export interface SearchResults {
  hits: Hit[]
  nextCursor?: string
  /** Documents found, up to 500. */
  total: number
  facets: Facets
  /** Documents in the caller's sight that cannot be found yet. */
  pendingDocuments: number
  /** Set when only words were searched, because the search by meaning failed. */
  degraded?: { message: string; cause: unknown }
}
