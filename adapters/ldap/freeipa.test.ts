import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { BASE, HAS_SLAPD, type Slapd, slapd } from '../../tests/slapd.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { ldapDirectory } from './directory.ts'

const ACCOUNTS = `cn=accounts,${BASE}`
const TEXT = '1.3.6.1.4.1.1466.115.121.1.15'
const OID = '1.3.6.1.4.1.4203.666.9'

/** The names that FreeIPA gives things, as far as they are asked for. */
const SCHEMA = [
  `attributetype ( ${OID}.1 NAME 'ipaUniqueID' EQUALITY caseIgnoreMatch SYNTAX ${TEXT} SINGLE-VALUE )`,
  `attributetype ( ${OID}.2 NAME 'nsAccountLock' EQUALITY caseIgnoreMatch SYNTAX ${TEXT} SINGLE-VALUE )`,
  `attributetype ( ${OID}.3 NAME 'memberOf' EQUALITY distinguishedNameMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 )`,
  `attributetype ( ${OID}.4 NAME 'ipaDomainLevel' EQUALITY caseIgnoreMatch SYNTAX ${TEXT} SINGLE-VALUE )`,
  `objectclass ( ${OID}.5 NAME 'ipaObject' SUP top AUXILIARY MUST ipaUniqueID MAY ( nsAccountLock $ memberOf ) )`,
  `objectclass ( ${OID}.6 NAME 'ipaUserGroup' SUP top AUXILIARY )`,
].join('\n')

const folderLdif = (dn: string) =>
  `\ndn: ${dn}\nobjectClass: applicationProcess\ncn: ${dn.slice(3).split(',')[0]}\n`

const personLdif = (uid: string, below: string, more: string) =>
  `\ndn: uid=${uid},${below}\nobjectClass: inetOrgPerson\nobjectClass: ipaObject\nuid: ${uid}\ncn: ${uid} of Ex\nsn: ${uid}\nuserPassword: ${uid} pw\n${more}\n`

const groupLdif = (cn: string, id: number, members: readonly string[]) =>
  `\ndn: cn=${cn},cn=groups,${ACCOUNTS}\nobjectClass: groupOfNames\nobjectClass: ipaUserGroup\nobjectClass: ipaObject\ncn: ${cn}\nipaUniqueID: ${uuid(id)}\n${members.map((dn) => `member: ${dn}\n`).join('')}`

const uuid = (n: number) => `0E8D5A5C-9B1C-11EF-A0B4-00000000000${n}`
const userDn = (uid: string) => `uid=${uid},cn=users,${ACCOUNTS}`
const groupDn = (cn: string) => `cn=${cn},cn=groups,${ACCOUNTS}`
const STAGED = `cn=staged users,${ACCOUNTS.replace('cn=accounts', 'cn=accounts,cn=provisioning')}`

const LDIF = [
  folderLdif(ACCOUNTS),
  folderLdif(`cn=users,${ACCOUNTS}`),
  folderLdif(`cn=groups,${ACCOUNTS}`),
  folderLdif(`cn=provisioning,${BASE}`),
  folderLdif(`cn=accounts,cn=provisioning,${BASE}`),
  folderLdif(STAGED),
  personLdif(
    'ann',
    `cn=users,${ACCOUNTS}`,
    `ipaUniqueID: ${uuid(1)}\nmemberOf: ${groupDn('editors')}\nmemberOf: ${groupDn('house')}`,
  ),
  personLdif('ben', `cn=users,${ACCOUNTS}`, `ipaUniqueID: ${uuid(2)}\nnsAccountLock: TRUE`),
  // Those that are not in yet share an identity.
  personLdif('new1', STAGED, 'ipaUniqueID: autogenerate\nnsAccountLock: TRUE'),
  personLdif('new2', STAGED, 'ipaUniqueID: autogenerate\nnsAccountLock: TRUE'),
  groupLdif('editors', 3, [userDn('ann')]),
  groupLdif('house', 4, [groupDn('editors'), userDn('ben')]),
].join('')

describe.skipIf(!HAS_SLAPD)('a tree as FreeIPA has it, on slapd', () => {
  it('is known by its root, its people and nested groups by ipaUniqueID, the locked by nsAccountLock', async () => {
    const root = join(await temporaryFolder(), 'root.ldif')
    await writeFile(root, 'dn:\nobjectClass: top\nipaDomainLevel: 1\n')
    const server: Slapd = await slapd({ ldif: LDIF, globals: `${SCHEMA}\nrootDSE ${root}` })
    onTestFinished(() => server.stop())
    const directory = ldapDirectory(server.options({ preset: 'auto' }))
    const { people, groups } = await directory.snapshot()
    expect(people.map(({ username, isDisabled }) => [username, isDisabled])).toEqual([
      ['ann', false],
      ['ben', true],
    ])
    expect(groups.map(({ name }) => name).toSorted()).toEqual(['editors', 'house'])
    const ann = await directory.authenticate('ann', 'ann pw')
    expect(ann?.objectId).toBe(uuid(1).toLowerCase())
    expect(ann?.groups.map(({ name }) => name).toSorted()).toEqual(['editors', 'house'])
    expect(await directory.authenticate('ben', 'ben pw')).toBeUndefined()
    expect(await directory.authenticate('new1', 'new1 pw')).toBeUndefined()
    expect((await directory.lookUp([uuid(1).toLowerCase()])).size).toBe(1)
    const personFilter = `(memberOf=${groupDn('house')})`
    const few = await ldapDirectory(server.options({ preset: 'freeipa', personFilter })).snapshot()
    expect(few.people.map(({ username }) => username)).toEqual(['ann'])
  })
})
