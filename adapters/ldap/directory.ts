import { noServiceAccount } from '../../core/directory/sync.ts'
import type { Directory, DirectoryPerson } from '../../core/ports/index.ts'
import type { Connection } from './connection.ts'
import { isUnder } from './dn.ts'
import { examine } from './examine.ts'
import { allGroups, membership, told } from './groups.ts'
import { isAskedAsPeople, type LdapOptions } from './options.ts'
import { type OwnLines, ownLines } from './own-lines.ts'
import {
  assertIs,
  isName,
  isPassword,
  patterned,
  peopleBy,
  peopleByIds,
  personNamed,
  provesToBe,
  withGroups,
} from './people.ts'
import { schemaOf } from './schema.ts'
import { ldapServers, type Servers } from './servers.ts'

/** All of a large directory, over a slow line. */
const SNAPSHOT_MS = 5 * 60_000

/** What somebody's own line said of them counts for this long, in milliseconds. */
const OWN_GRACE_MS = 60_000

/** An LDAP directory or an Active Directory. Nothing is asked before the first question. */
export function ldapDirectory(options: LdapOptions): Directory {
  const servers = ldapServers(options)
  const shortMs = options.timeoutMs * 2
  const own = isAskedAsPeople(options) ? ownLines() : undefined
  return {
    id: options.id,
    about: aboutOf(options),
    syncMs: options.syncMs,
    graceMs: own ? Math.min(options.graceMs, OWN_GRACE_MS) : options.graceMs,
    isAskedAsPeople: own !== undefined,
    authenticate: async (name, password) => {
      if (!isName(name) || !isPassword(password)) return undefined
      const typed = { name, password }
      return options.bindPattern === undefined
        ? bySearch(servers, options, typed)
        : byPattern(servers, { ...options, bindPattern: options.bindPattern, own }, typed)
    },

    lookUp: async (objectIds) =>
      own
        ? own.lookUp(objectIds)
        : servers.with(
            async (connection) => {
              const schema = await schemaOf(connection, options)
              return peopleByIds(connection, schema, objectIds)
            },
            { withinMs: shortMs },
          ),

    async snapshot() {
      if (own) throw noServiceAccount()
      return servers.with((connection) => everything(connection, options), {
        withinMs: SNAPSHOT_MS,
      })
    },

    examine: (name) => examine(options, name),
  }
}

const aboutOf = ({ urls, preset, base, bindDn, personFilter }: LdapOptions) => ({
  servers: urls,
  preset,
  ...(base !== undefined && { base }),
  ...(bindDn !== undefined && { bindDn }),
  ...(personFilter !== undefined && { personFilter }),
})

interface Typed {
  name: string
  password: string
}

/** Looks the person up, has the password checked on a line of its own, and asks for the groups. */
const bySearch = (
  servers: Servers,
  options: LdapOptions,
  { name, password }: Typed,
): Promise<DirectoryPerson | undefined> => {
  const limits = { withinMs: options.timeoutMs * 2 }
  return servers.with(async (connection) => {
    const schema = await schemaOf(connection, options)
    const person = await personNamed(connection, schema, name)
    const isRight = await servers.with((own) => provesToBe(own, schema, { person, password }), {
      ...limits,
      as: 'nobody',
    })
    if (!person || !isRight || person.isDisabled) return undefined
    return withGroups(connection, schema, person)
  }, limits)
}

/** Comes in as the person at once, and reads with their own rights. */
const byPattern = (
  servers: Servers,
  options: LdapOptions & { bindPattern: string; own: OwnLines | undefined },
  { name, password }: Typed,
): Promise<DirectoryPerson | undefined> =>
  servers.with<DirectoryPerson | undefined>(
    async (connection) => {
      if (!(await connection.bind(patterned(options.bindPattern, name), password))) return undefined
      const schema = await schemaOf(connection, options)
      const person = await personNamed(connection, schema, name)
      if (!person || person.isDisabled) return undefined
      await assertIs(connection, schema, person)
      const found = await withGroups(connection, schema, person)
      options.own?.keep(person.objectId, { connection, schema })
      return found
    },
    {
      withinMs: options.timeoutMs * 2,
      as: 'nobody',
      isKept: (found) => found !== undefined && options.own !== undefined,
    },
  )

async function everything(connection: Connection, options: LdapOptions) {
  const schema = await schemaOf(connection, options)
  const groups = await allGroups(connection, schema)
  const groupsOf = membership(groups, schema)
  const people = await peopleBy(connection, schema, schema.person)
  return {
    people: people.map((person) => {
      const { dn: _, dnKey: __, primarySid: ___, ...rest } = person
      return { ...rest, groups: groupsOf(person) }
    }),
    groups: groups.filter((group) => isUnder(group.dnKey, schema.groupsKey)).map(told),
  }
}
