import {
  type OfficeContentNode,
  OfficeErrorType,
  type OfficeMetadata,
  OfficeWarningType,
  parseOffice,
} from 'officeparser'
import { AppError } from '../../core/errors.ts'
import { lockedFile } from './encrypted.ts'

export type Node = OfficeContentNode

/** A file as the office library sees it, and what it could not read. */
export interface Tree {
  content: Node[]
  metadata: Record<string, string>
  /** In words for staff. */
  unread: string[]
}

/** Formats in the library's own names. */
export type Format = 'docx' | 'pptx' | 'odt' | 'odp' | 'rtf' | 'epub' | 'html'

/** Warnings that mean missing text; the others are about looks. */
const UNREAD: Partial<Record<string, string>> = {
  [OfficeWarningType.CONTENT_PART_NOT_READ]: 'a part of the file could not be read',
  [OfficeWarningType.ALT_CHUNK_NOT_READ]: 'an embedded document could not be read',
  [OfficeWarningType.REPEATED_CONTENT_LIMIT_EXCEEDED]: 'some repeated cells were not read',
}

const PASSWORD = new Set<string>([
  OfficeErrorType.PASSWORD_REQUIRED,
  OfficeErrorType.PASSWORD_INCORRECT,
  OfficeErrorType.DOCUMENT_DECRYPTION_FAILED,
])
const TOO_LARGE = new Set<string>([
  OfficeErrorType.ZIP_ENTRY_COUNT_LIMIT_EXCEEDED,
  OfficeErrorType.ZIP_ENTRY_INVALID_SIZE,
  OfficeErrorType.ZIP_SIZE_LIMIT_EXCEEDED,
  OfficeErrorType.XML_ELEMENT_LIMIT_EXCEEDED,
  OfficeErrorType.MAX_NESTING_DEPTH_EXCEEDED,
  OfficeErrorType.OUTPUT_TOO_LARGE,
])

/** Parses a file; no attachment is unpacked and nothing is fetched. @throws AppError */
export async function readTree(bytes: Uint8Array, format: Format): Promise<Tree> {
  const unread = new Set<string>()
  try {
    const ast = await parseOffice(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      fileType: format,
      ignoreComments: true,
      ignoreHeadersAndFooters: true,
      ignoreSlideMasters: true,
      onWarning: ({ code }) => {
        const words = UNREAD[code]
        if (words) unread.add(words)
      },
      decompressionLimits: { maxUncompressedBytes: 256 * 1024 * 1024, maxZipEntries: 5000 },
    })
    return { content: ast.content, metadata: metadataOf(ast.metadata), unread: [...unread] }
  } catch (cause) {
    throw refusal(cause)
  }
}

function refusal(cause: unknown): unknown {
  const code = codeOf(cause)
  if (code === undefined) return cause
  if (PASSWORD.has(code)) {
    return lockedFile(cause)
  }
  if (TOO_LARGE.has(code)) {
    return refused('TOO_LARGE_INSIDE', 'This file unpacks to far more than it should.', cause)
  }
  return refused('DAMAGED_FILE', 'This file is damaged: it cannot be read.', cause)
}

const refused = (reason: string, message: string, cause: unknown) =>
  new AppError('unsupported_type', message, { reason, cause })

function codeOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !('officeIssue' in cause)) return undefined
  const issue = cause.officeIssue
  const code = typeof issue === 'object' && issue && 'code' in issue ? issue.code : undefined
  return typeof code === 'string' ? code : undefined
}

function metadataOf({ title, author, subject, keywords, created }: OfficeMetadata) {
  const stated = { title, author, subject, keywords, created: dateOf(created) }
  return Object.fromEntries(
    Object.entries(stated).filter((entry): entry is [string, string] => Boolean(entry[1])),
  )
}

const dateOf = (date: Date | undefined): string | undefined =>
  date && !Number.isNaN(date.getTime()) ? date.toISOString() : undefined
