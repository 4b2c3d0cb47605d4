import type { TFunction } from 'i18next'

const REASONS = [
  'NO_TEXT_IN_TYPE',
  'PASSWORD_PROTECTED',
  'DAMAGED_FILE',
  'EMPTY_FILE',
  'TOO_LARGE_INSIDE',
  'DTD_FORBIDDEN',
  'PARSER_DIED',
  'PARSER_TIMEOUT',
  'PARSER_MEMORY',
  'PARTS_NOT_READ',
  'TEXT_LIMIT',
  'NO_CONVERTER',
  'NO_MODEL',
  'BYTES_MISSING',
  'BLOB_MISSING',
  'WORKER_DIED',
  'PARSER_QUARANTINED',
  'PAGES_NOT_READ',
  'DAMAGED_PAGE',
  'MINUTES_NOT_HEARD',
  'FILE_TRUNCATED',
  'PAGE_LIMIT',
  'ENTRY_LIMIT',
  'NOT_LISTED',
  'EMPTY_ARCHIVE',
  'NO_OCR',
  'NO_SPEECH_MODEL',
  'NO_IMAGE_MODEL',
  'NO_FFMPEG',
  'NO_SANDBOX',
  'EMBEDDER_NOT_USED',
  'READER_FULL',
] as const

/** What to do about a reason for which a step gave less than it should, if there is anything. */
export function reasonWords(t: TFunction, reason: string | null | undefined): string | undefined {
  const known = REASONS.find((one) => one === reason)
  return known && t(`file.reason.${known}`)
}

const CAUSES = [
  'NO_TEXT_IN_TYPE',
  'NO_TEXT',
  'EMPTY_FILE',
  'EMPTY_ARCHIVE',
  'NOT_LISTED',
  'NOT_UNPACKED',
  'PASSWORD_PROTECTED',
  'DAMAGED_FILE',
  'DAMAGED_PAGE',
  'FILE_TRUNCATED',
  'TOO_LARGE_INSIDE',
  'DTD_FORBIDDEN',
  'PARTS_NOT_READ',
  'PAGES_NOT_READ',
  'MINUTES_NOT_HEARD',
  'TEXT_LIMIT',
  'PAGE_LIMIT',
  'ENTRY_LIMIT',
  'NO_SOUND',
  'NO_PREVIEW',
  'NO_PIXELS',
  'TOO_SHORT',
  'NO_CONVERTER',
  'NO_OCR',
  'NO_SPEECH_MODEL',
  'NO_IMAGE_MODEL',
  'NO_FFMPEG',
  'NO_SANDBOX',
  'NO_MODEL',
  'READER_FULL',
  'PARSER_TIMEOUT',
  'PARSER_MEMORY',
  'PARSER_DIED',
  'PARSER_QUARANTINED',
  'WORKER_DIED',
  'BYTES_MISSING',
  'BLOB_MISSING',
  'EMBEDDER_NOT_USED',
  'OTHER_SPACE',
  'TEXT_CHANGED',
  'NOT_PROBED',
] as const

/** What happened, by its code in the reader's language; the server's own words where it has none. */
export function whyWords(
  t: TFunction,
  reason: string | null | undefined,
  message: string | null | undefined,
): string | undefined {
  const known = CAUSES.find((one) => one === reason)
  return known ? t(`read.because.${known}`) : (message ?? undefined)
}

/** The file itself is what is wrong, or it is too much for one: the same bytes give the same again. */
const OF_THE_FILE = [
  'PASSWORD_PROTECTED',
  'DAMAGED_FILE',
  'FILE_TRUNCATED',
  'DTD_FORBIDDEN',
  'PARTS_NOT_READ',
  'TEXT_LIMIT',
  'PAGE_LIMIT',
  'ENTRY_LIMIT',
  'TOO_LARGE_INSIDE',
]

/** Whether another try of the same content is in vain. */
export const isOfTheFile = (reason: string | null | undefined): boolean =>
  OF_THE_FILE.some((one) => one === reason)
