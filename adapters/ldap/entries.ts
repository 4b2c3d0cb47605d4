import type { Entry } from 'ldapts'
import type { DirectoryGroup, DirectoryPerson } from '../../core/ports/index.ts'
import { dnKey } from './dn.ts'
import { failure } from './failure.ts'
import { guidText } from './object-id.ts'
import { isDisabled, type Preset } from './preset.ts'

/** A person as an entry tells of it, still without groups. */
export interface PersonEntry extends Omit<DirectoryPerson, 'groups'> {
  dn: string
  dnKey: string
}

/** A group, and whom it names as members. */
export interface GroupEntry extends DirectoryGroup {
  dn: string
  dnKey: string
  /** As `dnKey` gives them. */
  members: ReadonlySet<string>
  /** By what they sign in with, in lower case. */
  memberNames: ReadonlySet<string>
}

export const personAttributes = (preset: Preset): string[] => [
  ...preset.loginAttributes,
  preset.idAttribute,
  'displayName',
  'cn',
  ...preset.stateAttributes,
]

export const groupAttributes = (preset: Preset): string[] => [
  'cn',
  preset.idAttribute,
  ...preset.memberAttributes,
  ...(preset.memberNameAttribute ? [preset.memberNameAttribute] : []),
]

export const binaryOf = (preset: Preset): string[] =>
  preset.isIdBinary ? [preset.idAttribute] : []

/** @throws AppError `unavailable` (reason `DIRECTORY_INCOMPLETE`) when what identifies it is hidden */
export function personOf(entry: Entry, preset: Preset): PersonEntry {
  const value = (name: string) => valuesOf(entry, name)[0]
  const username = value(preset.loginAttributes[0] ?? '') ?? ''
  const known = identityOf(entry, preset)
  if (username === '') throw failure('DIRECTORY_INCOMPLETE')
  if (preset.requiredAttribute && value(preset.requiredAttribute) === undefined) {
    throw failure('DIRECTORY_INCOMPLETE')
  }
  return {
    ...known,
    username,
    displayName: (value('displayName') || value('cn') || username).slice(0, MOST_LETTERS),
    isDisabled: isDisabled(value),
  }
}

const MOST_LETTERS = 200

/** @throws AppError `unavailable` (reason `DIRECTORY_INCOMPLETE`) */
export function groupOf(entry: Entry, preset: Preset): GroupEntry {
  const names = preset.memberNameAttribute ? valuesOf(entry, preset.memberNameAttribute) : []
  return {
    ...identityOf(entry, preset),
    name: (valuesOf(entry, 'cn')[0] ?? entry.dn).slice(0, MOST_LETTERS),
    members: new Set(
      preset.memberAttributes
        .flatMap((attribute) => valuesOf(entry, attribute))
        .flatMap((dn) => dnKey(dn) ?? []),
    ),
    memberNames: new Set(names.map((name) => name.toLowerCase())),
  }
}

function identityOf(entry: Entry, preset: Preset): { objectId: string; dn: string; dnKey: string } {
  const key = dnKey(entry.dn)
  const id = entry[nameIn(entry, preset.idAttribute)]
  const first = Array.isArray(id) ? id[0] : id
  const text = Buffer.isBuffer(first) ? guidText(first) : first?.toLowerCase()
  if (!text || key === undefined) throw failure('DIRECTORY_INCOMPLETE')
  return { objectId: text, dn: entry.dn, dnKey: key }
}

/** Values of an attribute as text: none, one and several come in three shapes. */
export function valuesOf(entry: Entry, name: string): string[] {
  const found = entry[nameIn(entry, name)] ?? []
  return (Array.isArray(found) ? found : [found]).map(String)
}

/** Servers answer in their own case. */
const nameIn = (entry: Entry, name: string): string =>
  Object.keys(entry).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name

/**
 * The attribute of which a server has sent only a range (`member;range=0-1499`): its name, and where
 * it goes on, undefined after the last range. Undefined when there is none.
 */
export function rangeOf(
  entry: Entry,
): { attribute: string; key: string; next?: number } | undefined {
  const key = Object.keys(entry).find(isRange)
  const [, attribute, end] = RANGE.exec(key ?? '') ?? []
  if (key === undefined || attribute === undefined) return undefined
  return { attribute, key, ...(end !== '*' && { next: Number(end) + 1 }) }
}

const RANGE = /^([\w-]+);range=\d+-(\d+|\*)$/i

export const isRange = (attribute: string): boolean => RANGE.test(attribute)
