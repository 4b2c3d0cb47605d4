/** Coarse kinds of files, for facets, icons and rules. */
export const KINDS = [
  'pdf',
  'document',
  'slides',
  'sheet',
  'text',
  'mail',
  'image',
  'audio',
  'video',
  'archive',
  'other',
] as const

export type Kind = (typeof KINDS)[number]
