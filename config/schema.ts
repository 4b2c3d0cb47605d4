import type { Option, OptionTree } from './option.ts'
import { DIRECTORY } from './options/directory.ts'
import { INTAKE } from './options/intake.ts'
import { OIDC } from './options/oidc.ts'
import { OBJECTIVE, SERVER, SESSION } from './options/server.ts'
import { STORAGE } from './options/storage.ts'
import { PROVIDERS, SERVICES } from './options/surroundings.ts'
import { INTELLIGENCE, MODELS, READING } from './options/understanding.ts'
import { WORK } from './options/work.ts'
import type { StoreConfig } from './stores.ts'

/**
 * Every option there is. The name follows from the place: `upload.maxBytes` is `upload_max_bytes` in
 * `onefold.toml` and `ONEFOLD_UPLOAD_MAX_BYTES` in the environment, which wins over the file.
 */
export const OPTIONS = {
  ...SERVER,
  ...INTAKE,
  ...STORAGE,
  ...WORK,
  ...SESSION,
  ...MODELS,
  ...READING,
  ...PROVIDERS,
  ...OBJECTIVE,
  ...SERVICES,
  ...DIRECTORY,
  ...OIDC,
  ...INTELLIGENCE,
} as const satisfies OptionTree

export type Values<T> = {
  readonly [K in keyof T]: T[K] extends Option<infer V> ? V : Values<T[K]>
}

/** What the product runs with: every option of `OPTIONS`, checked, paths absolute, frozen. */
export type Config = Values<typeof OPTIONS> & {
  /** Further stores that have a name of their own, by name. */
  readonly stores: readonly StoreConfig[]
}

export const isOption = (child: Option | OptionTree): child is Option =>
  child.fallback instanceof Function

/** An option with its names, in the order of `OPTIONS`. */
export interface NamedOption {
  place: readonly string[]
  /** Name in `onefold.toml`. */
  key: string
  /** Name in the environment. */
  env: string
  option: Option
}

export const namedOptions: readonly NamedOption[] = flatten(OPTIONS, [])

function flatten(tree: OptionTree, above: readonly string[]): NamedOption[] {
  return Object.entries(tree).flatMap(([name, child]) => {
    const place = [...above, name]
    if (!isOption(child)) return flatten(child, place)
    const key = place
      .join('_')
      .replace(/[A-Z]/g, (letter) => `_${letter}`)
      .toLowerCase()
    return [{ place, key, env: `ONEFOLD_${key.toUpperCase()}`, option: child }]
  })
}
