import type { Probe } from '../../core/ports/index.ts'

const KINDS: readonly [RegExp, Probe['kind']][] = [
  [/^application\/pdf$/, 'pdf'],
  [/spreadsheet|ms-excel|^text\/(csv|tab-separated-values)$/, 'sheet'],
  [/presentation|ms-powerpoint/, 'slides'],
  [
    /wordprocessing|opendocument\.text|msword|^application\/(rtf|epub\+zip|x-encrypted-office)$/,
    'document',
  ],
  [/^message\/rfc822$/, 'mail'],
  [/^(text\/|application\/(json|xml)$)/, 'text'],
  [/^image\//, 'image'],
  [/^audio\//, 'audio'],
  [/^video\//, 'video'],
  [
    /^application\/(zip|gzip|x-7z-compressed|x-tar|x-bzip2|x-xz|zstd|x-rar-compressed|x-lz4|x-lzip|vnd\.rar|x-compress|java-archive)$/,
    'archive',
  ],
]

/** Coarse kind of a media type, for facets and icons. */
export const kindOf = (mediaType: string): Probe['kind'] =>
  KINDS.find(([pattern]) => pattern.test(mediaType))?.[1] ?? 'other'
