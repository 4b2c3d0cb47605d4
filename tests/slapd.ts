import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'ldapts'
import type { LdapOptions } from '../adapters/ldap/options.ts'
import type { Certificate } from './certificates.ts'
import { eventually } from './flows/running-box.ts'
import { freePorts } from './free-ports.ts'

/** Whether this machine has OpenLDAP's server. */
export const HAS_SLAPD = spawnSync('slapd', ['-VV'], { stdio: 'ignore' }).status === 0

export const BASE = 'dc=ex,dc=org'
export const PEOPLE = `ou=people,${BASE}`
export const GROUPS = `ou=groups,${BASE}`
export const SERVICE = { bindDn: `cn=reader,${BASE}`, bindPassword: 'reader pw' }
const ADMIN = { dn: `cn=admin,${BASE}`, password: 'admin pw' }

/** A real directory server of a test's own, on this machine alone. */
export interface Slapd {
  /** Clear text, or StartTLS where it has a certificate. */
  port: number
  /** Undefined without a certificate. */
  tlsPort: number | undefined
  /** Its log, from the start: connections, binds, searches. */
  log(): string
  /** Asks it as its administrator, past the product. */
  change<T>(work: (client: Client) => Promise<T>): Promise<T>
  /** Stands still, and goes on. */
  pause(): void
  resume(): void
  stop(): Promise<void>
  start(): Promise<void>
  /** How the product asks it, in clear text on this machine, changed by `change`. */
  options(change?: Partial<LdapOptions>): LdapOptions
}

interface SlapdWish {
  /** Entries beside the base, the two folders and the service account. */
  ldif?: string
  tls?: Certificate & { authority: string }
  /** Lines of its configuration, before the database and in it. */
  globals?: string
  limits?: string
}

const LDIF = `dn: ${BASE}
objectClass: dcObject
objectClass: organization
o: ex
dc: ex

dn: cn=reader,${BASE}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: ${SERVICE.bindPassword}

dn: ${PEOPLE}
objectClass: organizationalUnit
ou: people

dn: ${GROUPS}
objectClass: organizationalUnit
ou: groups
`

/** An entry of a person whose password is `<uid> pw`. */
export const personLdif = (uid: string, below = PEOPLE): string =>
  `\ndn: uid=${uid},${below}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid} of Ex\nsn: ${uid}\nuserPassword: ${uid} pw\n`

/** @param members distinguished names, at least one */
export const groupLdif = (cn: string, members: readonly string[], below = GROUPS): string =>
  `\ndn: cn=${cn},${below}\nobjectClass: groupOfNames\ncn: ${cn}\n${members.map((dn) => `member: ${dn}\n`).join('')}`

export const personDn = (uid: string): string => `uid=${uid},${PEOPLE}`
export const groupDn = (cn: string): string => `cn=${cn},${GROUPS}`

export async function slapd(wish: SlapdWish = {}): Promise<Slapd> {
  const folder = await mkdtemp(join(tmpdir(), 'onefold-slapd-'))
  const [port = 0, tlsPort = 0] = await freePorts(2)
  const config = join(folder, 'slapd.conf')
  await mkdir(join(folder, 'db'))
  await writeFile(config, configOf(folder, wish))
  execFileSync('slapadd', ['-q', '-f', config], {
    input: LDIF + (wish.ldif ?? ''),
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const urls = [`ldap://127.0.0.1:${port}`, ...(wish.tls ? [`ldaps://127.0.0.1:${tlsPort}`] : [])]
  let child: ChildProcess | undefined
  let log = ''

  async function start() {
    child = spawn('slapd', ['-h', urls.join(' '), '-f', config, '-d', 'stats'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr?.on('data', (bytes: Buffer) => {
      log += bytes.toString()
    })
    await eventually(() => change(async () => true).catch(() => false))
  }

  async function stop() {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGCONT')
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  async function change<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ url: `ldap://127.0.0.1:${port}`, timeout: 10_000 })
    try {
      await client.bind(ADMIN.dn, ADMIN.password)
      return await work(client)
    } finally {
      await client.unbind()
    }
  }

  await start()
  return {
    port,
    tlsPort: wish.tls && tlsPort,
    log: () => log,
    change,
    start,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    options: (given = {}) => ({
      id: 'ex',
      urls: [`ldap://127.0.0.1:${port}`],
      preset: 'openldap',
      isClearTextAllowed: true,
      ...SERVICE,
      timeoutMs: 10_000,
      pageSize: 500,
      syncMs: 15 * 60_000,
      graceMs: 60 * 60_000,
      ...given,
    }),
    async stop() {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const configOf = (folder: string, { tls, globals = '', limits = '' }: SlapdWish): string =>
  `${['core', 'cosine', 'nis', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`).join('\n')}
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
pidfile ${folder}/slapd.pid
${tls ? `TLSCACertificateFile ${tls.authority}\nTLSCertificateFile ${tls.certificate}\nTLSCertificateKeyFile ${tls.key}` : ''}
# What careless servers do: a bind without a password succeeds, as one of nobody's.
allow bind_anon_cred bind_anon_dn
${globals}
database mdb
maxsize 1073741824
suffix "${BASE}"
rootdn "${ADMIN.dn}"
rootpw "${ADMIN.password}"
directory ${folder}/db
overlay ppolicy
index objectClass,uid,entryUUID,member,uniqueMember,memberUid eq
access to attrs=userPassword by anonymous auth by * none
access to * by * read
${limits}
`
