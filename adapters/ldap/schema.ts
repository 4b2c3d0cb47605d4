import {
  AndFilter,
  EqualityFilter,
  type Filter,
  FilterParser,
  OrFilter,
  PresenceFilter,
} from 'ldapts'
import { type Connection, WHO_AM_I } from './connection.ts'
import { dnKey } from './dn.ts'
import { valuesOf } from './entries.ts'
import { failure } from './failure.ts'
import { guidBytes } from './object-id.ts'
import type { LdapOptions } from './options.ts'
import { PRESETS, type Preset } from './preset.ts'

/** What one directory turned out to be, from its root. */
export interface Schema {
  preset: Preset
  presetName: keyof typeof PRESETS
  /** Answers which groups somebody is in through others. */
  hasChains: boolean
  /** Says who has come in over a connection; not all controllers of Samba do. */
  canTellWho: boolean
  base: string
  peopleBase: string
  groupsBase: string
  /** `groupsBase` as names compare. */
  groupsKey: string
  person: Filter
  group: Filter
}

const ACTIVE_DIRECTORY = '1.2.840.113556.1.4.800'

/** @throws AppError `unavailable`; `DIRECTORY_BASE` when no base is given and there are several */
export async function schemaOf(connection: Connection, options: LdapOptions): Promise<Schema> {
  const attributes = [
    'namingContexts',
    'defaultNamingContext',
    'supportedCapabilities',
    'supportedExtension',
    'vendorName',
    'ipaDomainLevel',
  ]
  const [root] = await connection.search('', { scope: 'base', filter: anything(), attributes })
  const values = (name: string) => (root ? valuesOf(root, name) : [])
  const hasChains = values('supportedCapabilities').includes(ACTIVE_DIRECTORY)
  const presetName = options.preset === 'auto' ? guess(hasChains, values) : options.preset
  const preset: Preset = PRESETS[presetName]
  const base = options.base ?? values('defaultNamingContext')[0] ?? only(values('namingContexts'))
  const below = (place: string | undefined) => (place === undefined ? base : `${place},${base}`)
  const groupsBase = options.groupsBase ?? below(preset.places?.groups)
  const person = new EqualityFilter({ attribute: 'objectClass', value: preset.personClass })
  return {
    preset,
    presetName,
    hasChains,
    canTellWho: values('supportedExtension').includes(WHO_AM_I),
    base,
    peopleBase: options.peopleBase ?? below(preset.places?.people),
    groupsBase,
    groupsKey: dnKey(groupsBase) ?? '',
    person: new AndFilter({
      filters: [person, ...personRule(preset), ...extra(options.personFilter)],
    }),
    group: anyOf('objectClass', preset.groupClasses),
  }
}

function guess(hasChains: boolean, values: (name: string) => string[]): keyof typeof PRESETS {
  if (hasChains) return 'active-directory'
  return values('ipaDomainLevel').length > 0 ? 'freeipa' : 'openldap'
}

function only(contexts: readonly string[]): string {
  const [first, ...others] = contexts
  if (first === undefined || others.length > 0) throw failure('DIRECTORY_BASE')
  return first
}

/** Computers are users, too, to Microsoft's. */
const personRule = (preset: Preset): Filter[] =>
  preset.isIdBinary
    ? [FilterParser.parseString('(!(objectClass=computer))')]
    : [new PresenceFilter({ attribute: preset.loginAttributes[0] ?? '' })]

/** Comes from the configuration alone; nothing that anybody types at a door is ever parsed. */
const extra = (text: string | undefined): Filter[] =>
  text === undefined ? [] : [FilterParser.parseString(text)]

/** Whether a text is a filter (RFC 4515). */
export function isFilter(text: string): boolean {
  try {
    FilterParser.parseString(text)
    return true
  } catch {
    return false
  }
}

export const anything = (): Filter => new PresenceFilter({ attribute: 'objectClass' })

/** Entries with one of the values. */
export const anyOf = (attribute: string, values: readonly (string | Buffer)[]): Filter =>
  new OrFilter({ filters: values.map((value) => new EqualityFilter({ attribute, value })) })

/** Whoever signs in by this name. */
export const byName = ({ preset, person }: Schema, name: string): Filter =>
  new AndFilter({
    filters: [
      person,
      new OrFilter({
        filters: preset.loginAttributes.map(
          (attribute) => new EqualityFilter({ attribute, value: name }),
        ),
      }),
    ],
  })

/** People by their object ids; what cannot be an id of this directory is left out. */
export function byIds(
  { preset, person }: Schema,
  objectIds: readonly string[],
): Filter | undefined {
  const values = preset.isIdBinary ? objectIds.flatMap((id) => guidBytes(id) ?? []) : objectIds
  if (values.length === 0) return undefined
  return new AndFilter({ filters: [person, anyOf(preset.idAttribute, values)] })
}
