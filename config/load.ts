import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse, type TomlTable } from 'smol-toml'
import { AppError, hasSystemCode } from '../core/errors.ts'
import { nearest } from './nearest.ts'
import type { Option, OptionTree } from './option.ts'
import { type Config, isOption, type NamedOption, namedOptions, OPTIONS } from './schema.ts'
import {
  isTable,
  optionsOfStore,
  type StoreConfig,
  storeOfVariable,
  storesOfTable,
} from './stores.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** One option as it is in effect, and who said so. */
export interface Setting extends NamedOption {
  value: unknown
  /** `default`, `environment`, or the path of the file. */
  origin: string
}

/** Where a value was found, before it is checked. */
interface Found {
  raw: unknown
  origin: string
  /** Folder from which relative paths count. */
  base: string
}

const FILE_VARIABLE = 'ONEFOLD_CONFIG'

/**
 * Reads the configuration: environment over `onefold.toml` (the file `ONEFOLD_CONFIG` names, or the
 * one in the working directory when there is one) over defaults.
 *
 * @throws AppError `bad_request` (reason `CONFIG`) that lists everything wrong at once; unknown names
 *   are wrong, and the nearest known one is named
 */
export function loadConfig(env: Environment = process.env): Config {
  const settings = loadSettings(env)
  const values = new Map(settings.map(({ option, value }) => [option, value]))
  return Object.freeze({ ...nest(OPTIONS, values), stores: storesOf(settings) }) as Config
}

/** The same with the origin of each value, in the order of the options. */
export function loadSettings(env: Environment = process.env): Setting[] {
  const file = readFile(env)
  const problems = [...unknownVariables(env), ...file.problems]
  const stores = storeNames(env, file).flatMap(optionsOfStore)
  const settings: Setting[] = []
  for (const named of [...namedOptions, ...stores]) {
    const found = find(named, env, file)
    const checked = named.option.schema.safeParse(found ? found.raw : named.option.fallback())
    if (!checked.success) {
      const sentence = checked.error.issues.map((issue) => issue.message).join(', ')
      problems.push(`${named.env} (${found?.origin}) ${sentence}`)
    }
    const value =
      named.option.kind === 'path' && checked.success && checked.data !== undefined
        ? absolute(String(checked.data), found, settings)
        : checked.data
    settings.push({ ...named, value, origin: found?.origin ?? 'default' })
  }
  if (problems.length > 0) throw refusal(problems)
  return settings
}

/** `{data}` at the start stands for the data folder, which is the first of all options. */
function absolute(path: string, found: Found | undefined, before: readonly Setting[]): string {
  return resolve(found?.base ?? '.', path.replace(/^\{data\}/, String(before[0]?.value)))
}

/** Nests the values as the options are nested, frozen to the bottom. */
function nest(tree: OptionTree, values: ReadonlyMap<Option, unknown>): object {
  const entries = Object.entries(tree).map(([name, child]) => [
    name,
    isOption(child) ? values.get(child) : nest(child, values),
  ])
  return Object.freeze(Object.fromEntries(entries))
}

function find(named: NamedOption, env: Environment, file: ConfigFile): Found | undefined {
  const { kind } = named.option
  const text = env[named.env]
  if (text) {
    const raw = kind === 'integer' && text.trim() !== '' ? Number(text) : text
    return { raw, origin: 'environment', base: '.' }
  }
  const secretPath = kind === 'secret' ? env[`${named.env}_FILE`] : undefined
  if (secretPath) return { raw: readSecret(secretPath), origin: secretPath, base: '.' }
  const raw = valueAt(file.table, named.key)
  return raw === undefined ? undefined : { raw, origin: file.path, base: dirname(file.path) }
}

/** Options of named stores stand in tables of their own: `store.vault.path`. */
function valueAt(table: TomlTable, key: string): unknown {
  let value: unknown = table
  for (const name of key.split('.')) value = isTable(value) ? value[name] : undefined
  return value
}

/** Every store that the file or the environment names, by name. */
const storeNames = (env: Environment, { table }: ConfigFile): string[] => {
  const named = Object.keys(env).flatMap((variable) => storeOfVariable(variable) ?? [])
  return [...new Set([...storesOfTable(table['store']).names, ...named])].toSorted()
}

function storesOf(settings: readonly Setting[]): readonly StoreConfig[] {
  const stores = new Map<string, Record<string, unknown>>()
  for (const { place, value } of settings) {
    const [top, name = '', option = ''] = place
    if (top === 'stores') stores.set(name, { ...stores.get(name), name, [option]: value })
  }
  return Object.freeze([...stores.values()].map(Object.freeze) as unknown as StoreConfig[])
}

interface ConfigFile {
  path: string
  table: TomlTable
  problems: string[]
}

function readFile(env: Environment): ConfigFile {
  const named = env[FILE_VARIABLE]
  const path = resolve(named || 'onefold.toml')
  let source: string
  try {
    source = readFileSync(path, 'utf8')
  } catch (cause) {
    if (!named && hasSystemCode(cause, 'ENOENT')) return { path, table: {}, problems: [] }
    throw refusal([`${path} cannot be read`], cause)
  }
  try {
    const table = parse(source)
    return { path, table, problems: unknownKeys(path, table) }
  } catch (cause) {
    throw refusal(
      [`${path} is not valid TOML: ${cause instanceof Error ? cause.message : cause}`],
      cause,
    )
  }
}

function readSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    throw refusal([`the secret ${path} cannot be read`], cause)
  }
}

function unknownKeys(path: string, table: TomlTable): string[] {
  const known = namedOptions.map((named) => named.key)
  const strange = Object.keys(table)
    .filter((key) => key !== 'store' && !known.includes(key))
    .map((key) => `${path}: there is no option "${key}"${hint(key, known)}`)
  const { problems } = storesOfTable(table['store'])
  return [...strange, ...problems.map((problem) => `${path}: ${problem}`)]
}

/** `ONEFOLD_TEST_…` name programs for the tests, and mean nothing to the product. */
function unknownVariables(env: Environment): string[] {
  const known = [
    FILE_VARIABLE,
    ...namedOptions.map((named) => named.env),
    ...namedOptions.filter(isSecret).map((named) => `${named.env}_FILE`),
  ]
  return Object.keys(env)
    .filter((name) => /^ONEFOLD_(?!TEST_)/.test(name) && !known.includes(name))
    .filter((name) => storeOfVariable(name) === undefined)
    .map((name) => `there is no option ${name}${hint(name, known)}`)
}

const isSecret = (named: NamedOption) => named.option.kind === 'secret'

function hint(name: string, known: readonly string[]): string {
  const close = nearest(name, known)
  return close ? `; did you mean ${close}?` : ''
}

const refusal = (problems: readonly string[], cause?: unknown) =>
  new AppError(
    'bad_request',
    `The configuration is not right:\n${problems.map((each) => `  ${each}`).join('\n')}`,
    { reason: 'CONFIG', cause },
  )
