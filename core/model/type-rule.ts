/** Groups of media types by which people say what a book takes. */
export const TYPE_GROUPS = [
  'documents',
  'pictures',
  'sound',
  'film',
  'archives',
  'programs',
  'other',
] as const
export type TypeGroup = (typeof TYPE_GROUPS)[number]

/** Which files a book takes: only those that are listed, or all but those. */
export interface TypeRule {
  mode: 'allow' | 'deny'
  groups: readonly TypeGroup[]
  /** Single media types, such as `image/svg+xml`, in lower case. */
  mediaTypes: readonly string[]
}

/** A file without a byte is of no type, and harms nobody. */
const EMPTY = 'application/x-empty'

/** First match counts; what matches nothing is `other`. */
const GROUPS: readonly [RegExp, TypeGroup][] = [
  [
    /^application\/(x-(msdownload|dosexec|elf|mach-binary|executable|sharedlib|msi|deb|rpm|apple-diskimage|chrome-extension|shockwave-flash)|x\.ms\.shortcut|x\.apple\.alias|java-(archive|vm)|wasm|vnd\.(android\.package-archive|microsoft\.portable-executable))$/,
    'programs',
  ],
  [
    /^(text\/|message\/rfc822$|application\/(pdf|json|xml|rtf|postscript|epub\+zip|msword|x-encrypted-office|x-mobipocket-ebook|vnd\.(ms-(word|excel|powerpoint|outlook|project|works)|oasis\.opendocument\.|openxmlformats-officedocument\.|visio)))/,
    'documents',
  ],
  [/^image\//, 'pictures'],
  [/^audio\//, 'sound'],
  [/^video\//, 'film'],
  [
    /^application\/(zip|gzip|zstd|vnd\.rar|x-(7z-compressed|tar|bzip2|xz|rar-compressed|lz4|lzip|compress|lzh-compressed|iso9660-image|unix-archive|cpio|arj|ace-compressed)|vnd\.ms-cab-compressed)$/,
    'archives',
  ],
]

/** The group that a media type belongs to. */
export const groupOf = (mediaType: string): TypeGroup =>
  GROUPS.find(([pattern]) => pattern.test(mediaType))?.[1] ?? 'other'

/** Whether a book with this rule takes files of a media type. */
export function takes(rule: TypeRule, mediaType: string): boolean {
  if (mediaType === EMPTY) return true
  const isListed = rule.mediaTypes.includes(mediaType) || rule.groups.includes(groupOf(mediaType))
  return isListed === (rule.mode === 'allow')
}

const NOUNS: Record<TypeGroup, string> = {
  documents: 'a document',
  pictures: 'a picture',
  sound: 'a sound recording',
  film: 'a film',
  archives: 'an archive',
  programs: 'a program',
  other: 'a file of another type',
}

/** The group of a media type as the noun of a sentence. */
export const groupNoun = (mediaType: string): string => NOUNS[groupOf(mediaType)]

/** The rule as the end of a sentence about the book: `takes documents and pictures only`. */
export function ruleWords({ mode, groups, mediaTypes }: TypeRule): string {
  const names = [
    ...groups.map((group) => (group === 'other' ? 'other files' : group)),
    ...mediaTypes,
  ]
  const last = names.at(-1)
  if (last === undefined) return mode === 'allow' ? 'takes nothing' : 'takes everything'
  const conjunction = mode === 'allow' ? 'and' : 'or'
  const list = names.length === 1 ? last : `${names.slice(0, -1).join(', ')} ${conjunction} ${last}`
  return mode === 'allow' ? `takes ${list} only` : `takes no ${list}`
}
