import type { Entry } from 'ldapts'
import type { DirectoryGroup, DirectoryPerson } from '../../core/ports/index.ts'
import { dnKey } from './dn.ts'
import { failure } from './failure.ts'
import { guidText, primarySid } from './object-id.ts'
import { isDisabled, type Preset } from './preset.ts'

/** A person as an entry tells of it, still without groups. */
export interface PersonEntry extends Omit<DirectoryPerson, 'groups'> {
  dn: string
  dnKey: string
  /** Of their primary group, which does not name them as a member. */
  primarySid?: string
}

/** A group, and whom it names as members. */
export interface GroupEntry extends DirectoryGroup {
  dn: string
  dnKey: string
  /** As `dnKey` gives them. */
  members: ReadonlySet<string>
  /** By what they sign in with, in lower case. */
  memberNames: ReadonlySet<string>
  /** Security id, in hexadecimal digits, where groups have one. */
  sid?: string
}

export const personAttributes = (preset: Preset): string[] => [
  ...preset.loginAttributes,
  preset.idAttribute,
  'displayName',
  'cn',
  ...preset.stateAttributes,
  ...(preset.primary ? Object.values(preset.primary) : []),
]

export const groupAttributes = (preset: Preset): string[] => [
  'cn',
  preset.idAttribute,
  ...preset.memberAttributes,
  ...(preset.memberNameAttribute ? [preset.memberNameAttribute] : []),
  ...(preset.primary ? [preset.primary.sidAttribute] : []),
]

export const binaryOf = (preset: Preset): string[] => [
  ...(preset.isIdBinary ? [preset.idAttribute] : []),
  ...(preset.primary ? [preset.primary.sidAttribute] : []),
]

/** @throws AppError `unavailable` (reason `DIRECTORY_INCOMPLETE`) when what identifies it is hidden */
export function personOf(entry: Entry, preset: Preset): PersonEntry {
  const value = (name: string) => valuesOf(entry, name)[0]
  const username = value(preset.loginAttributes[0] ?? '') ?? ''
  const known = identityOf(entry, preset)
  if (username === '') throw failure('DIRECTORY_INCOMPLETE')
  if (preset.requiredAttribute && value(preset.requiredAttribute) === undefined) {
    throw failure('DIRECTORY_INCOMPLETE')
  }
  const sid = preset.primary && bytesOf(entry, preset.primary.sidAttribute)
  const primary =
    preset.primary && sid && primarySid(sid, Number(value(preset.primary.numberAttribute)))
  return {
    ...known,
    ...(primary !== undefined && { primarySid: primary }),
    username,
    displayName: (value('displayName') || value('cn') || username).slice(0, MOST_LETTERS),
    isDisabled: isDisabled(value),
  }
}

const MOST_LETTERS = 200

/** @throws AppError `unavailable` (reason `DIRECTORY_INCOMPLETE`) */
export function groupOf(entry: Entry, preset: Preset): GroupEntry {
  const names = preset.memberNameAttribute ? valuesOf(entry, preset.memberNameAttribute) : []
  const sid = preset.primary && bytesOf(entry, preset.primary.sidAttribute)
  return {
    ...identityOf(entry, preset),
    ...(sid && { sid: sid.toString('hex') }),
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
  const first = firstOf(entry, preset.idAttribute)
  const text = Buffer.isBuffer(first) ? guidText(first) : first?.toLowerCase()
  if (!text || key === undefined) throw failure('DIRECTORY_INCOMPLETE')
  return { objectId: text, dn: entry.dn, dnKey: key }
}

function firstOf(entry: Entry, name: string): Buffer | string | undefined {
  const value = entry[nameIn(entry, name)]
  return Array.isArray(value) ? value[0] : value
}

function bytesOf(entry: Entry, name: string): Buffer | undefined {
  const value = firstOf(entry, name)
  return Buffer.isBuffer(value) && value.length > 0 ? value : undefined
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
