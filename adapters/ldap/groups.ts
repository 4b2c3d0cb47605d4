import { AndFilter, EqualityFilter, ExtensibleFilter, type Filter, OrFilter } from 'ldapts'
import type { DirectoryGroup } from '../../core/ports/index.ts'
import type { Connection } from './connection.ts'
import { isUnder } from './dn.ts'
import {
  binaryOf,
  type GroupEntry,
  groupAttributes,
  groupOf,
  isRange,
  type PersonEntry,
  rangeOf,
  valuesOf,
} from './entries.ts'
import { failure } from './failure.ts'
import { anyOf, type Schema } from './schema.ts'

/** LDAP_MATCHING_RULE_IN_CHAIN */
const IN_CHAIN = '1.2.840.113556.1.4.1941'

/** Groups asked about in one question. */
const AT_ONCE = 100

/** All groups that somebody is in, through others as well. */
export async function groupsOfPerson(
  connection: Connection,
  schema: Schema,
  person: PersonEntry,
): Promise<DirectoryGroup[]> {
  return schema.hasChains
    ? inChain(connection, schema, person)
    : upwards(connection, schema, person)
}

async function inChain(
  connection: Connection,
  schema: Schema,
  person: PersonEntry,
): Promise<DirectoryGroup[]> {
  const { preset } = schema
  const primary = await primaryGroup(connection, schema, person)
  const chain = ({ dn: value }: { dn: string }) =>
    new ExtensibleFilter({ matchType: preset.memberAttributes[0] ?? '', rule: IN_CHAIN, value })
  const chains = new OrFilter({ filters: [person, ...primary].map(chain) })
  const entries = await connection.search(schema.groupsBase, {
    filter: new AndFilter({ filters: [schema.group, chains] }),
    attributes: ['cn', preset.idAttribute],
    binary: binaryOf(preset),
  })
  const found = [
    ...primary.filter((group) => isUnder(group.dnKey, schema.groupsKey)),
    ...entries.map((entry) => groupOf(entry, preset)),
  ]
  return [...new Map(found.map((group) => [group.objectId, told(group)])).values()]
}

/** The one that a person belongs to without being named in it, wherever it stands; or none. */
async function primaryGroup(
  connection: Connection,
  { preset, base, group }: Schema,
  { primarySid }: PersonEntry,
): Promise<GroupEntry[]> {
  if (!preset.primary || primarySid === undefined) return []
  const value = Buffer.from(primarySid, 'hex')
  const sid = new EqualityFilter({ attribute: preset.primary.sidAttribute, value })
  const found = await connection.search(base, {
    filter: new AndFilter({ filters: [group, sid] }),
    attributes: ['cn', preset.idAttribute],
    binary: binaryOf(preset),
  })
  return found.map((entry) => groupOf(entry, preset))
}

/** Breadth first, each group once: circles end by themselves. */
async function upwards(
  connection: Connection,
  schema: Schema,
  person: PersonEntry,
): Promise<DirectoryGroup[]> {
  const { preset } = schema
  const found = new Map<string, GroupEntry>()
  let next: Filter[] = [
    ...naming(schema, person.dn),
    ...(preset.memberNameAttribute
      ? [new EqualityFilter({ attribute: preset.memberNameAttribute, value: person.username })]
      : []),
  ]
  while (next.length > 0) {
    const entries = await connection.search(schema.base, {
      filter: new AndFilter({
        filters: [schema.group, new OrFilter({ filters: next.splice(0, AT_ONCE) })],
      }),
      attributes: ['cn', preset.idAttribute],
      binary: binaryOf(preset),
    })
    const fresh = entries
      .map((entry) => groupOf(entry, preset))
      .filter((group) => !found.has(group.objectId))
    for (const group of fresh) found.set(group.objectId, group)
    next = [...next, ...fresh.flatMap((group) => naming(schema, group.dn))]
  }
  return [...found.values()].filter((group) => isUnder(group.dnKey, schema.groupsKey)).map(told)
}

const naming = ({ preset }: Schema, dn: string): Filter[] =>
  preset.memberAttributes.map((attribute) => new EqualityFilter({ attribute, value: dn }))

/** Every group there is, with all members that it names. */
export async function allGroups(connection: Connection, schema: Schema): Promise<GroupEntry[]> {
  const entries = await connection.search(schema.base, {
    filter: schema.group,
    attributes: groupAttributes(schema.preset),
    binary: binaryOf(schema.preset),
  })
  const groups: GroupEntry[] = []
  for (const entry of entries) {
    await completeMembers(connection, schema, entry)
    groups.push(groupOf(entry, schema.preset))
  }
  return groups
}

type Entry = Parameters<typeof groupOf>[0]

/**
 * Fetches the rest of a list that was too long for one answer.
 *
 * @throws AppError `unavailable` (reason `DIRECTORY_INCOMPLETE`) when there is no rest
 */
async function completeMembers(
  connection: Connection,
  { preset }: Schema,
  entry: Entry,
): Promise<void> {
  for (let range = rangeOf(entry); range; range = rangeOf(entry)) {
    const { attribute, key, next } = range
    entry[attribute] = [...valuesOf(entry, attribute), ...valuesOf(entry, key)]
    delete entry[key]
    if (next === undefined) continue
    const [more = { dn: entry.dn }] = await connection.search(entry.dn, {
      scope: 'base',
      filter: anyOf('objectClass', preset.groupClasses),
      attributes: [`${attribute};range=${next}-*`],
    })
    // What was asked for stands in the answer without a value, when it was not answered.
    const rest = Object.keys(more).find((name) => isRange(name) && valuesOf(more, name).length > 0)
    if (rest === undefined || !rest.includes(`=${next}-`)) throw failure('DIRECTORY_INCOMPLETE')
    entry[rest] = valuesOf(more, rest)
  }
}

/**
 * For each person the groups that they are in, through others as well, among those of `groupsBase`.
 */
export function membership(
  groups: readonly GroupEntry[],
  schema: Schema,
): (person: PersonEntry) => DirectoryGroup[] {
  const holders = new Map<string, GroupEntry[]>()
  const byName = new Map<string, GroupEntry[]>()
  const bySid = new Map<string, GroupEntry[]>()
  for (const group of groups) {
    if (group.sid !== undefined) add(bySid, group.sid, group)
    for (const member of group.members) add(holders, member, group)
    for (const name of group.memberNames) add(byName, name, group)
  }
  return (person) => {
    const found = new Set<GroupEntry>()
    const next = [
      ...(holders.get(person.dnKey) ?? []),
      ...(byName.get(person.username.toLowerCase()) ?? []),
      ...(bySid.get(person.primarySid ?? '') ?? []),
    ]
    for (let group = next.pop(); group; group = next.pop()) {
      if (found.has(group)) continue
      found.add(group)
      next.push(...(holders.get(group.dnKey) ?? []))
    }
    return [...found].filter((group) => isUnder(group.dnKey, schema.groupsKey)).map(told)
  }
}

function add(map: Map<string, GroupEntry[]>, key: string, group: GroupEntry): void {
  const known = map.get(key)
  if (known) known.push(group)
  else map.set(key, [group])
}

export const told = ({ objectId, name }: GroupEntry): DirectoryGroup => ({ objectId, name })
