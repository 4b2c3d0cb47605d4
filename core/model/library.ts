import type { Digest } from '../digest.ts'
import type { Role } from './actor.ts'
import type { TypeRule } from './type-rule.ts'

export interface Book {
  id: string
  name: string
  /** Whether what lies in it may be sent to services elsewhere; absent: it stays in the house. */
  mayLeave?: boolean
  /** Which types of files it takes; absent: all. */
  typeRule?: TypeRule
  createdAt: number
}

export interface Chapter {
  id: string
  bookId: string
  name: string
  /** What becomes of a taken name when a request does not say; absent: the product's answer. */
  onConflict?: OnConflict
  createdAt: number
}

/** A right given on a book (`chapterId` absent) or on one of its chapters. */
export interface Grant {
  id: string
  bookId: string
  chapterId?: string
  userId?: string
  groupId?: string
  role: Role
}

/** Which door a version came through. */
export type Door = 'web' | 'api' | 'share' | 'mail'

/** A named line of versions in a chapter. */
export interface Document {
  id: string
  chapterId: string
  bookId: string
  /** Folder inside the chapter, `/`-separated, no leading or trailing slash; '' at the top. */
  folder: string
  name: string
  currentVersionId: string
  createdAt: number
  updatedAt: number
  /** Epoch ms since it lies in the trash, or undefined. */
  trashedAt?: number
  /** For files of a watched share: whether the source file is still there. */
  sourceState?: 'present' | 'missing'
}

/** One state of a document. The row is the reference that keeps its blob alive. */
export interface Version {
  id: string
  documentId: string
  /** From 1, in order of arrival. */
  number: number
  digest: Digest
  sizeBytes: number
  mediaType: string
  createdBy: string
  createdAt: number
  door: Door
}

/** What may happen when a name is already taken in the folder. */
export const ON_CONFLICT = ['ask', 'version', 'keep_both'] as const
export type OnConflict = (typeof ON_CONFLICT)[number]

/** What a request says of a taken name, else its chapter, else the product: a new version. */
export const conflictAnswer = (
  wanted: OnConflict | undefined,
  chapter: Pick<Chapter, 'onConflict'>,
): OnConflict => wanted ?? chapter.onConflict ?? 'version'

/** Names longer than this in UTF-8 are cut for display; file systems allow 255 bytes. */
export const MAX_NAME_BYTES = 255
