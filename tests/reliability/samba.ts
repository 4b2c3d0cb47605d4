import { spawnSync } from 'node:child_process'
import { Attribute, Change, type Client } from 'ldapts'
import { ldapDirectory } from '../../adapters/ldap/directory.ts'
import type { Directory } from '../../core/ports/index.ts'
import {
  DN,
  groupEntry,
  PASSWORD,
  type Samba,
  sambaDc,
  userDn,
  userEntry,
  walled,
} from '../samba.ts'
import { secondsOfAdBox } from './samba-box.ts'

// D1-D6, R11: a real Active Directory domain controller, Samba's, asked as the product asks it; and with
// `box` the whole product beside it. As root, with samba-ad-dc and samba-ad-provision.

const [wish = 'box', place] = process.argv.slice(2)

if (place !== 'inside') {
  const args = walled(import.meta.filename, [wish, 'inside'])
  process.exit(spawnSync('unshare', args, { stdio: 'inherit' }).status ?? 1)
}

/** What the domain controller was seen to do, by the product's own eyes. */
export interface SambaFindings {
  name: string
  isAsExpected: boolean
  found: unknown
}

const findings: SambaFindings[] = []
const check = (name: string, found: unknown, expected: unknown) =>
  findings.push({
    name,
    isAsExpected: JSON.stringify(found) === JSON.stringify(expected),
    found,
  })

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const names = (groups: readonly { name: string }[] | undefined) =>
  groups?.map((group) => group.name).toSorted()
/** The primary group, and what that is in, belong to everybody. */
const PRIMARY = ['Domain Users', 'Users', 'workers']
const NESTED = [...PRIMARY, 'circle', 'everybody', 'staff'].toSorted()

/** Identities, before all was re-organised. */
let before: { alice?: string | undefined; staff?: string | undefined } = {}

const samba = await sambaDc()
try {
  await samba.change(settle)
  const options = samba.options({ pageSize: 3, urls: ['ldaps://127.0.0.1', 'ldap://127.0.0.1'] })
  await ask(ldapDirectory(options), ldapDirectory({ ...options, urls: ['ldap://127.0.0.1'] }))
  if (wish === 'box') {
    const seconds = await secondsOfAdBox(samba)
    check('takes a book away in the running box within 60 s', seconds <= 60, true)
  }
  await reorganise(samba)
  await askAgain(ldapDirectory(options))
} finally {
  await samba.stop()
}
console.log(JSON.stringify(findings))
if (findings.some((finding) => !finding.isAsExpected)) process.exitCode = 1

async function settle(client: Client): Promise<void> {
  for (const name of ['reader', 'alice', 'bob', 'carol']) {
    await client.add(userDn(name), userEntry(name, name === 'carol'))
  }
  for (const [name, ...members] of [
    ['staff', 'alice'],
    ['everybody', 'staff'],
    ['circle', 'everybody'],
    ['chiefs', 'bob'],
    ['workers', 'Domain Users'],
  ] as const) {
    await client.add(userDn(name), groupEntry(name, members.map(userDn)))
  }
  const modification = new Attribute({ type: 'member', values: [userDn('circle')] })
  await client.modify(userDn('everybody'), new Change({ operation: 'add', modification }))
}

async function ask(byTls: Directory, byStartTls: Directory): Promise<void> {
  const alice = await byTls.authenticate('alice', PASSWORD)
  check('signs in by name, over LDAPS', alice?.username, 'alice')
  check('has an identity of its own', GUID.test(alice?.objectId ?? ''), true)
  check('is in groups of groups, by rule', names(alice?.groups), NESTED)
  const byUpn = await byStartTls.authenticate('alice@corp.example', PASSWORD)
  check('signs in by principal name, over StartTLS', byUpn?.objectId === alice?.objectId, true)
  const byDomain = await byStartTls.authenticate('CORP\\alice', PASSWORD)
  check('signs in by DOMAIN\\name', byDomain?.objectId === alice?.objectId, true)
  for (const [what, name, password] of [
    ['a wrong password', 'alice', 'no'],
    ['an empty password', 'alice', ''],
    ['a disabled account', 'carol', PASSWORD],
    ['nobody', 'nobody', PASSWORD],
    ['a pattern', 'ali*', PASSWORD],
  ] as const) {
    check(`refuses ${what}`, (await byTls.authenticate(name, password)) ?? null, null)
  }
  const all = await byTls.snapshot()
  check(
    'shows everybody, page by page',
    all.people
      .toSorted((a, b) => a.username.localeCompare(b.username))
      .map((person) => [person.username, person.isDisabled]),
    [
      ['alice', false],
      ['bob', false],
      ['carol', true],
      ['reader', false],
    ],
  )
  const found = await byTls.lookUp(all.people.map((person) => person.objectId))
  const same = all.people.map(
    ({ objectId, groups }) =>
      JSON.stringify(names(groups)) === JSON.stringify(names(found.get(objectId)?.groups)),
  )
  check('shows the same groups person by person as all at once', same, [true, true, true, true])
  const { steps, person } = await byTls.examine('bob')
  check(
    'passes every step of the test',
    steps.map((step) => step.state),
    Array.from({ length: 7 }, () => 'ok'),
  )
  check('resolves one person in it', names(person?.groups), ['chiefs', ...PRIMARY].toSorted())
}

/** Alice moves and is called otherwise; staff is made anew; bob is disabled. */
async function reorganise(samba: Samba): Promise<void> {
  const { people, groups } = await ldapDirectory(samba.options({ preset: 'samba' })).snapshot()
  before = {
    alice: people.find((person) => person.username === 'alice')?.objectId,
    staff: groups.find((group) => group.name === 'staff')?.objectId,
  }
  await samba.change(async (client) => {
    await client.add(`OU=New,${DN}`, { objectClass: 'organizationalUnit' })
    await client.modifyDN(userDn('alice'), `CN=Alice Liddell,OU=New,${DN}`)
    await client.del(userDn('staff'))
    await client.add(userDn('staff'), groupEntry('staff', [userDn('bob')]))
    const modification = new Attribute({ type: 'userAccountControl', values: ['514'] })
    await client.modify(userDn('bob'), new Change({ operation: 'replace', modification }))
  })
}

async function askAgain(directory: Directory): Promise<void> {
  const { people, groups } = await directory.snapshot()
  const alice = people.find((person) => person.username === 'alice')
  check('knows who moved and was renamed by the same identity', alice?.objectId, before.alice)
  check('has nothing left of a group that went', names(alice?.groups), PRIMARY.toSorted())
  const staff = groups.find((group) => group.name === 'staff')
  check('knows a group of the same name for another', staff?.objectId === before.staff, false)
  const bob = people.find((person) => person.username === 'bob')
  check('sees that somebody was disabled', bob?.isDisabled, true)
  check('lets them in no more', (await directory.authenticate('bob', PASSWORD)) ?? null, null)
}
