/** Where a reader finds a run of text again. One shape is set; all counts start at 1. */
export interface Locator {
  page?: number
  slide?: number
  sheet?: string
  /** A1-style range inside `sheet`, such as `A1:F40`. */
  cells?: string
  /** Half-open time range in milliseconds. */
  startMs?: number
  endMs?: number
  /** Path of the file inside an archive, as the archive writes it, with `/`. */
  path?: string
  /** Nearest heading above, for texts without pages. */
  heading?: string
  /** First line, from 1, in plain text and code. */
  line?: number
}

/** A run of extracted text and where it stands. */
export interface Part {
  text: string
  locator: Locator
  /** Of a part that is the name of something in an archive. */
  entry?: ArchiveEntry
}

/** What the file in a gzip is called that does not say its name. */
export const UNNAMED = 'content'

/** What an archive says of something in it. None of it need be true. */
export interface ArchiveEntry {
  /** Position in the archive, from 0, by which it is asked for. */
  index: number
  /** `link`: points to another path; `other`: a device and the like. */
  type: 'file' | 'folder' | 'link' | 'other'
  /** Unpacked. */
  sizeBytes: number
  /** Epoch ms. */
  modifiedAt?: number
  isEncrypted?: boolean
}

/** How much of a file was read in one modality, in that modality's own unit. */
export interface Coverage {
  unit: 'page' | 'slide' | 'sheet' | 'part' | 'file' | 'minute' | 'picture' | 'entry'
  /** Units that gave text, or are blank beyond doubt. */
  done: number
  total: number
  /** Which units gave nothing and why, in words for staff: `page 3: no text layer`. */
  missing: string[]
  /** The same for those whose reason has a code, so that it can be said in any language. */
  gaps?: Gap[]
}

/** A run of pages or a stretch of a recording that was not read. */
export interface Gap {
  unit: 'page' | 'ms'
  /** Pages: the first and the last, from 1. Milliseconds: half-open. */
  from: number
  to: number
  reason: string
  message: string
}

/** A piece of text of a size to embed and to show as a hit. */
export interface Chunk {
  /** Position in the file, from 0. */
  ordinal: number
  text: string
  locator: Locator
}
