import { choice, type Option, optionalPath, optionalText, secret, text, url } from './option.ts'
import type { NamedOption, Values } from './schema.ts'

/** What a named store may have; with `path` it is a folder, with `bucket` a bucket. */
const STORE_OPTIONS = {
  path: optionalPath({
    doc: 'Folder to which every content is copied. It must be there: a disk that is not mounted is not written beside.',
  }),
  bucket: optionalText({
    doc: 'Bucket to which every content is copied, in a store that speaks S3. It must be there.',
  }),
  endpoint: url(['http:', 'https:'], { doc: 'Address of the bucket’s store; without it, AWS.' }),
  region: text({ default: 'us-east-1', doc: 'Region of the bucket.' }),
  accessKey: secret({ doc: 'Name of the key to the bucket.' }),
  secretKey: secret({ doc: 'The key to the bucket.' }),
  pathStyle: choice(['auto', 'on', 'off'], {
    default: 'auto',
    doc: 'Whether the bucket stands in the path of addresses. `auto`: yes, unless it is AWS.',
  }),
  direct: choice(['off', 'on'], {
    default: 'off',
    doc: 'Whether people send the bytes of uploads to the bucket. The first store that allows it is used.',
  }),
} as const satisfies Record<string, Option>

/** A further store as it is configured by its name. */
export type StoreConfig = Values<typeof STORE_OPTIONS> & { readonly name: string }

type StoreOption = keyof typeof STORE_OPTIONS

const snake = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Longest first: `…_SECRET_KEY` of a store `a` is no `…_KEY` of a store `a-secret`. */
const ENDINGS = (Object.keys(STORE_OPTIONS) as StoreOption[])
  .map((option) => ({ option, key: snake(option), env: snake(option).toUpperCase() }))
  .toSorted((a, b) => b.env.length - a.env.length)

const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/

/** The store that a variable `ONEFOLD_STORE_<NAME>_<OPTION>` is about; undefined for no such one. */
export function storeOfVariable(variable: string): string | undefined {
  const rest = /^ONEFOLD_STORE_(.+)$/.exec(variable)?.[1]?.replace(/_FILE$/, '')
  const ending = rest && ENDINGS.find(({ env }) => rest.endsWith(`_${env}`))
  if (!rest || !ending) return undefined
  const name = rest
    .slice(0, -ending.env.length - 1)
    .toLowerCase()
    .replaceAll('_', '-')
  return NAME.test(name) ? name : undefined
}

/** The options of one store, as they stand in the file and in the environment. */
export const optionsOfStore = (name: string): NamedOption[] =>
  ENDINGS.map(({ option, key, env }) => ({
    place: ['stores', name, option],
    key: `store.${name}.${key}`,
    env: `ONEFOLD_STORE_${name.toUpperCase().replaceAll('-', '_')}_${env}`,
    option: STORE_OPTIONS[option],
  }))

/** Names of the stores in the file's table `store`, and what is wrong with it. */
export function storesOfTable(table: unknown): { names: string[]; problems: string[] } {
  if (table === undefined) return { names: [], problems: [] }
  if (!isTable(table)) {
    return { names: [], problems: ['"store" holds a table for each store: [store.vault]'] }
  }
  const problems: string[] = []
  for (const [name, options] of Object.entries(table)) {
    if (!NAME.test(name)) {
      problems.push(`[store.${name}]: a name has up to 32 small letters, digits and hyphens`)
    } else if (!isTable(options)) problems.push(`[store.${name}] is no table`)
    else problems.push(...strangeOptions(name, options))
  }
  return { names: Object.keys(table), problems }
}

export const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const strangeOptions = (store: string, table: Record<string, unknown>): string[] =>
  Object.keys(table)
    .filter((key) => !ENDINGS.some((known) => known.key === key))
    .map((key) => `[store.${store}] has no option "${key}"; it knows ${KNOWN}`)

const KNOWN = ENDINGS.map(({ key }) => key)
  .toSorted()
  .join(', ')
