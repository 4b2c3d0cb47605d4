import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'ldapts'
import { ldapDirectory } from '../../adapters/ldap/directory.ts'
import type { LdapOptions } from '../../adapters/ldap/options.ts'
import type { Directory } from '../../core/ports/index.ts'
import { certificateAuthority } from '../certificates.ts'
import { eventually } from '../flows/running-box.ts'

// D1-D6, R11: a real Active Directory domain controller, Samba's, asked as the product asks it. As root,
// with samba-ad-dc and samba-ad-provision. Its ports are fixed, so it gets a network of its own.

const INSIDE = 'inside'

if (process.argv[2] !== INSIDE) {
  const args = ['--net', process.execPath, import.meta.filename, INSIDE]
  process.exit(spawnSync('unshare', args, { stdio: 'inherit' }).status ?? 1)
}

const PASSWORD = 'Corr3ct horse'
const DN = 'DC=corp,DC=example'

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
const NESTED = ['circle', 'everybody', 'staff']

/** Identities, before all was re-organised. */
let before: { alice?: string | undefined; staff?: string | undefined } = {}

const folder = await mkdtemp(join(tmpdir(), 'onefold-samba-'))
let samba: ChildProcess | undefined
try {
  execFileSync('ip', ['link', 'set', 'lo', 'up'])
  const authority = await provision()
  samba = spawn('samba', ['-i', '-M', 'single', '-s', join(folder, 'etc', 'smb.conf')], {
    stdio: 'ignore',
  })
  const options: LdapOptions = {
    id: 'corp',
    urls: ['ldaps://127.0.0.1', 'ldap://127.0.0.1'],
    preset: 'auto',
    ca: authority.pem,
    bindDn: 'reader@corp.example',
    bindPassword: PASSWORD,
    personFilter: '(!(isCriticalSystemObject=TRUE))',
    timeoutMs: 20_000,
    pageSize: 3,
    syncMs: 1,
    graceMs: 1,
  }
  await eventually(
    () =>
      ldapDirectory(options)
        .snapshot()
        .catch(() => undefined),
    120_000,
  )
  await ask(ldapDirectory(options), ldapDirectory({ ...options, urls: ['ldap://127.0.0.1'] }))
  await reorganise(authority.pem)
  await askAgain(ldapDirectory(options))
} finally {
  if (samba && samba.exitCode === null) {
    samba.kill('SIGKILL')
    await once(samba, 'exit')
  }
  await rm(folder, { recursive: true, force: true })
}
console.log(JSON.stringify(findings))
if (findings.some((finding) => !finding.isAsExpected)) process.exitCode = 1

async function provision() {
  const settings = ['interfaces=lo', 'bind interfaces only=yes'].map((each) => `--option=${each}`)
  execFileSync(
    'samba-tool',
    [
      'domain',
      'provision',
      '--realm=CORP.EXAMPLE',
      '--domain=CORP',
      '--server-role=dc',
      '--dns-backend=NONE',
      `--adminpass=${PASSWORD}`,
      `--targetdir=${folder}`,
      '--use-rfc2307',
      ...settings,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  await mkdir(join(folder, 'tls'), { mode: 0o700 })
  const authority = certificateAuthority(join(folder, 'tls'))
  const { certificate, key } = authority.issue('127.0.0.1')
  const conf = join(folder, 'etc', 'smb.conf')
  const more = `server services = ldap, kdc\ntls enabled = yes\ntls certfile = ${certificate}\ntls keyfile = ${key}\ntls cafile = ${authority.file}\n`
  const before = execFileSync('cat', [conf], { encoding: 'utf8' })
  await writeFile(conf, before.replace('[global]', `[global]\n${more}`))
  const tool = (...args: string[]) =>
    execFileSync('samba-tool', [...args, '-H', join(folder, 'private', 'sam.ldb'), '-s', conf], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  for (const name of ['reader', 'alice', 'bob', 'carol']) tool('user', 'create', name, PASSWORD)
  tool('user', 'disable', 'carol')
  for (const group of ['staff', 'everybody', 'circle', 'chiefs']) tool('group', 'add', group)
  tool('group', 'addmembers', 'staff', 'alice')
  tool('group', 'addmembers', 'everybody', 'staff')
  tool('group', 'addmembers', 'circle', 'everybody')
  tool('group', 'addmembers', 'everybody', 'circle')
  tool('group', 'addmembers', 'chiefs', 'bob')
  return authority
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
  check('resolves one person in it', names(person?.groups), ['chiefs'])
}

/** Alice moves and is called otherwise; staff is made anew; bob is disabled. */
async function reorganise(ca: string): Promise<void> {
  const client = new Client({ url: 'ldaps://127.0.0.1', tlsOptions: { ca }, timeout: 20_000 })
  const options = { ca, bindDn: 'reader@corp.example', bindPassword: PASSWORD }
  const directory = ldapDirectory({
    id: 'corp',
    urls: ['ldaps://127.0.0.1'],
    preset: 'samba',
    ...options,
    timeoutMs: 20_000,
    pageSize: 500,
    syncMs: 1,
    graceMs: 1,
  })
  const { people, groups } = await directory.snapshot()
  before = {
    alice: people.find((person) => person.username === 'alice')?.objectId,
    staff: groups.find((group) => group.name === 'staff')?.objectId,
  }
  try {
    await client.bind('administrator@corp.example', PASSWORD)
    await client.add(`OU=New,${DN}`, { objectClass: 'organizationalUnit' })
    await client.modifyDN(`CN=alice,CN=Users,${DN}`, `CN=Alice Liddell,OU=New,${DN}`)
    await client.del(`CN=staff,CN=Users,${DN}`)
    await client.add(`CN=staff,CN=Users,${DN}`, {
      objectClass: 'group',
      sAMAccountName: 'staff',
      member: `CN=bob,CN=Users,${DN}`,
    })
    await client.modify(`CN=bob,CN=Users,${DN}`, await disabling())
  } finally {
    await client.unbind()
  }
}

async function disabling() {
  const { Attribute, Change } = await import('ldapts')
  const modification = new Attribute({ type: 'userAccountControl', values: ['514'] })
  return new Change({ operation: 'replace', modification })
}

async function askAgain(directory: Directory): Promise<void> {
  const { people, groups } = await directory.snapshot()
  const alice = people.find((person) => person.username === 'alice')
  check('knows who moved and was renamed by the same identity', alice?.objectId, before.alice)
  check('has nothing left of a group that went', names(alice?.groups), [])
  const staff = groups.find((group) => group.name === 'staff')
  check('knows a group of the same name for another', staff?.objectId === before.staff, false)
  const bob = people.find((person) => person.username === 'bob')
  check('sees that somebody was disabled', bob?.isDisabled, true)
  check('lets them in no more', (await directory.authenticate('bob', PASSWORD)) ?? null, null)
}
