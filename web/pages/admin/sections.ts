/** Parts of Admin, in the order of the navigation. */
export const SECTIONS = [
  'users',
  'groups',
  'directory',
  'books',
  'shares',
  'privacy',
  'models',
  'storage',
  'health',
  'traces',
  'audit',
] as const

export type Section = (typeof SECTIONS)[number]

export const isSection = (name: string | undefined): name is Section =>
  SECTIONS.includes(name as Section)
