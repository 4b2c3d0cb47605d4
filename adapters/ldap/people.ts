import { randomUUID } from 'node:crypto'
import type { DirectoryPerson } from '../../core/ports/index.ts'
import type { Connection } from './connection.ts'
import { dnKey, escapeDnValue } from './dn.ts'
import { binaryOf, type PersonEntry, personAttributes, personOf } from './entries.ts'
import { failure } from './failure.ts'
import { groupsOfPerson } from './groups.ts'
import { byIds, byName, type Schema } from './schema.ts'

/** People asked about in one question. */
const AT_ONCE = 100

/** Longer than any name. */
const MOST_LETTERS = 256

/** Whether somebody can have typed this for a name: nothing else is sent anywhere. */
export const isName = (name: string): boolean =>
  name.trim() !== '' && name.length <= MOST_LETTERS && !name.includes('\0')

/** Whether a server checks it as a password, instead of taking the bind for one of nobody's. */
export const isPassword = (password: string): boolean =>
  password.trim() !== '' && !password.includes('\0')

/** The one who signs in by this name; undefined when there is none, or several. */
export async function personNamed(
  connection: Connection,
  schema: Schema,
  name: string,
): Promise<PersonEntry | undefined> {
  const [person, ...others] = await peopleNamed(connection, schema, name)
  return others.length === 0 ? person : undefined
}

/** All who would sign in by this name. */
export const peopleNamed = (
  connection: Connection,
  schema: Schema,
  name: string,
): Promise<PersonEntry[]> => peopleBy(connection, schema, byTypedName(schema, name))

export const byTypedName = (schema: Schema, name: string): Schema['person'] =>
  byName(schema, withoutDomain(schema, name))

/** `DOMAIN\name` is how Microsoft's write a name of one domain, and there is one here. */
const withoutDomain = ({ preset }: Schema, name: string): string =>
  preset.isIdBinary ? name.replace(/^[^\\]+\\/, '') : name

/** With their groups, by object id. */
export async function peopleByIds(
  connection: Connection,
  schema: Schema,
  objectIds: readonly string[],
): Promise<Map<string, DirectoryPerson>> {
  const found = new Map<string, DirectoryPerson>()
  for (let from = 0; from < objectIds.length; from += AT_ONCE) {
    const filter = byIds(schema, objectIds.slice(from, from + AT_ONCE))
    if (!filter) continue
    for (const person of await peopleBy(connection, schema, filter)) {
      found.set(person.objectId, await withGroups(connection, schema, person))
    }
  }
  return found
}

export async function peopleBy(
  connection: Connection,
  schema: Schema,
  filter: Schema['person'],
): Promise<PersonEntry[]> {
  const entries = await connection.search(schema.peopleBase, {
    filter,
    attributes: personAttributes(schema.preset),
    binary: binaryOf(schema.preset),
  })
  return entries.map((entry) => personOf(entry, schema.preset))
}

export async function withGroups(
  connection: Connection,
  schema: Schema,
  person: PersonEntry,
): Promise<DirectoryPerson> {
  const { dn: _, dnKey: __, primarySid: ___, ...rest } = person
  return { ...rest, groups: await groupsOfPerson(connection, schema, person) }
}

/**
 * Has a server check a password for a person it is known to have; for one it does not have it checks
 * another one for nobody, so that the time is much the same.
 *
 * @throws AppError `unavailable` (reason `DIRECTORY_IDENTITY`) when somebody else came in by it
 */
export async function provesToBe(
  connection: Connection,
  schema: Schema,
  { person, password }: { person: PersonEntry | undefined; password: string },
): Promise<boolean> {
  if (!person) {
    await connection.bind(`cn=${randomUUID()},${schema.base}`, randomUUID())
    return false
  }
  if (!(await connection.bind(person.dn, password))) return false
  await assertIs(connection, schema, person)
  return true
}

/**
 * Has a server say who came in, after the password was right. An Active Directory that cannot say it
 * shows the person's own entry: it shows nothing at all to nobody.
 *
 * @throws AppError `unavailable` (reason `DIRECTORY_IDENTITY`)
 */
export async function assertIs(
  connection: Connection,
  schema: Schema,
  person: PersonEntry,
): Promise<void> {
  if (schema.hasChains && !schema.canTellWho) {
    const [own] = await peopleBy(connection, { ...schema, peopleBase: person.dn }, schema.person)
    if (own?.objectId !== person.objectId) throw failure('DIRECTORY_IDENTITY')
    return
  }
  const who = await connection.whoAmI()
  const isSame = who.startsWith('dn:')
    ? dnKey(who.slice(3)) === person.dnKey
    : who.startsWith('u:') &&
      who
        .slice(2)
        .replace(/^[^\\]*\\/, '')
        .toLowerCase() === person.username.toLowerCase()
  if (!isSame) throw failure('DIRECTORY_IDENTITY')
}

/** What is bound with for a name, by the pattern of the configuration. */
export const patterned = (pattern: string, name: string): string =>
  // A name among others of a distinguished name may not end its part of it.
  pattern.replaceAll('{name}', () => (pattern.includes('=') ? escapeDnValue(name) : name))
