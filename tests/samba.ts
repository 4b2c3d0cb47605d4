import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Attribute, Client } from 'ldapts'
import type { LdapOptions } from '../adapters/ldap/options.ts'
import { certificateAuthority } from './certificates.ts'
import { eventually } from './flows/running-box.ts'

/** Its ports are fixed, and it starts others: it has a network and processes of its own. */
const WALLS = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc']

/** Whether this machine can run Samba as a domain controller: as root, with samba-ad-dc. */
export const HAS_SAMBA =
  process.getuid?.() === 0 &&
  spawnSync('samba', ['--version'], { stdio: 'ignore' }).status === 0 &&
  spawnSync('unshare', [...WALLS, 'true'], { stdio: 'ignore' }).status === 0

/** What a program and its arguments are run with to have a network and processes of their own. */
export const walled = (file: string, args: readonly string[]): string[] => [
  ...WALLS,
  process.execPath,
  file,
  ...args,
]

export const PASSWORD = 'Corr3ct horse'
export const DN = 'DC=corp,DC=example'
export const SERVICE = { bindDn: 'reader@corp.example', bindPassword: PASSWORD }

/** A real Active Directory domain controller, `corp.example`, behind walls of the caller's. */
export interface Samba {
  /** Of its authority, as PEM, and the file that it lies in. */
  ca: string
  caFile: string
  /** Asks it as its administrator, past the product. */
  change<T>(work: (client: Client) => Promise<T>): Promise<T>
  /** How the product asks it, changed by `change`. */
  options(change?: Partial<LdapOptions>): LdapOptions
  stop(): Promise<void>
}

/** Makes the domain, which takes some seconds, and waits until it answers. */
export async function sambaDc(): Promise<Samba> {
  const folder = await mkdtemp(join(tmpdir(), 'onefold-samba-'))
  execFileSync('ip', ['link', 'set', 'lo', 'up'])
  await mkdir(join(folder, 'tls'), { mode: 0o700 })
  const authority = certificateAuthority(join(folder, 'tls'))
  const { certificate, key } = authority.issue('127.0.0.1')
  const config = join(folder, 'smb.conf')
  await provision(folder, config)
  const tls = `tls enabled = yes\ntls certfile = ${certificate}\ntls keyfile = ${key}\ntls cafile = ${authority.file}\n`
  await writeFile(config, configOf(folder, `server services = ldap\n${tls}`))
  const child = spawn('samba', ['-i', '-M', 'single', '-s', config], { stdio: 'ignore', env: ENV })
  const { pem: ca, file: caFile } = authority
  const change = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const tlsOptions = { ca }
    const client = new Client({ url: 'ldaps://127.0.0.1', tlsOptions, timeout: 60_000 })
    try {
      await client.bind('administrator@corp.example', PASSWORD)
      return await work(client)
    } finally {
      await client.unbind()
    }
  }
  await eventually(() => change(async () => true).catch(() => false), 300_000)
  return {
    ca,
    caFile,
    change,
    options: (given = {}) => ({
      id: 'corp',
      urls: ['ldaps://127.0.0.1'],
      preset: 'auto',
      ca,
      ...SERVICE,
      personFilter: '(!(isCriticalSystemObject=TRUE))',
      timeoutMs: 60_000,
      pageSize: 500,
      syncMs: 1,
      graceMs: 1,
      ...given,
    }),
    async stop() {
      await ended(child)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A test's domain need not outlive the power. */
const ENV = { ...process.env, TDB_NO_FSYNC: '1' }

const configOf = (folder: string, more = ''): string => `[global]
netbios name = DC1
workgroup = CORP
realm = CORP.EXAMPLE
server role = active directory domain controller
interfaces = lo
bind interfaces only = yes
private dir = ${folder}/private
state directory = ${folder}/state
cache directory = ${folder}/cache
lock directory = ${folder}/lock
pid directory = ${folder}/lock
ncalrpc dir = ${folder}/ncalrpc
binddns dir = ${folder}/bind-dns
log file = ${folder}/log
${more}
[sysvol]
path = ${folder}/state/sysvol
read only = no
[netlogon]
path = ${folder}/state/sysvol/corp.example/scripts
read only = no
`

async function provision(folder: string, config: string): Promise<void> {
  for (const name of ['private', 'state', 'cache', 'lock', 'ncalrpc', 'bind-dns']) {
    await mkdir(join(folder, name))
  }
  await writeFile(config, configOf(folder))
  const wishes = ['--realm=CORP.EXAMPLE', '--domain=CORP', '--server-role=dc', '--dns-backend=NONE']
  execFileSync(
    'samba-tool',
    ['domain', 'provision', `--configfile=${config}`, ...wishes, `--adminpass=${PASSWORD}`],
    { stdio: ['ignore', 'ignore', 'pipe'], env: ENV },
  )
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

export const userDn = (name: string): string => `CN=${name},CN=Users,${DN}`

/** Of an account that may sign in, or may not. */
export const userEntry = (name: string, isDisabled = false): Attribute[] => [
  new Attribute({ type: 'objectClass', values: ['user'] }),
  new Attribute({ type: 'sAMAccountName', values: [name] }),
  new Attribute({ type: 'userPrincipalName', values: [`${name}@corp.example`] }),
  new Attribute({ type: 'unicodePwd', values: [Buffer.from(`"${PASSWORD}"`, 'utf16le')] }),
  new Attribute({ type: 'userAccountControl', values: [isDisabled ? '514' : '512'] }),
]

/** @param members distinguished names */
export const groupEntry = (name: string, members: readonly string[] = []) => ({
  objectClass: 'group',
  sAMAccountName: name,
  ...(members.length > 0 && { member: [...members] }),
})
