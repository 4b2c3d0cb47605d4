import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { certificateAuthority } from '../../tests/certificates.ts'
import { type FaultyLine, faultyLine } from '../../tests/faulty-line.ts'
import {
  groupLdif,
  HAS_SLAPD,
  personDn,
  personLdif,
  SERVICE,
  type Slapd,
  slapd,
} from '../../tests/slapd.ts'
import { ldapDirectory } from './directory.ts'

const LDIF = personLdif('alice') + groupLdif('staff', [personDn('alice')])

/** What nobody on the way may ever read. */
const SECRETS = ['alice pw', SERVICE.bindPassword]

describe.skipIf(!HAS_SLAPD)('D4 ldap-tls-downgrade: no password goes where it is not safe', () => {
  let folder: string
  let line: FaultyLine
  let lineTls: FaultyLine
  let server: Slapd
  let authority: ReturnType<typeof certificateAuthority>
  let other: ReturnType<typeof certificateAuthority>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'onefold-tls-'))
    authority = certificateAuthority(folder)
    other = certificateAuthority(folder, 'somebody')
    server = await slapd({
      ldif: LDIF,
      tls: { ...authority.issue('127.0.0.1'), authority: authority.file },
    })
    line = await faultyLine(server.port)
    lineTls = await faultyLine(server.tlsPort ?? 0)
  }, 120_000)
  afterAll(async () => {
    await line?.close()
    await lineTls?.close()
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const through = (url: string, ca: string, isClearTextAllowed = false) =>
    ldapDirectory(server.options({ urls: [url], ca, isClearTextAllowed, timeoutMs: 3_000 }))
  const startTls = (ca = authority.pem) => through(`ldap://127.0.0.1:${line.port}`, ca)
  const assertSilent = (heard: Buffer) => {
    for (const secret of SECRETS) expect(heard.includes(secret)).toBe(false)
  }
  const refused = { code: 'unavailable', reason: 'DIRECTORY_TLS' }

  it('goes through when the certificate is right: LDAPS and StartTLS', async () => {
    const ldaps = through(`ldaps://127.0.0.1:${lineTls.port}`, authority.pem)
    expect((await ldaps.authenticate('alice', 'alice pw'))?.username).toBe('alice')
    expect((await startTls().authenticate('alice', 'alice pw'))?.username).toBe('alice')
    const { steps } = await startTls().examine()
    expect(steps[1]).toMatchObject({ step: 'tls', state: 'ok' })
    expect(steps[1]?.found).toMatch(/^TLSv1\.[23], 127\.0\.0\.1, until /)
    assertSilent(line.heard())
    assertSilent(lineTls.heard())
  })

  it('stops at an authority that is not ours', async () => {
    const ldaps = through(`ldaps://127.0.0.1:${lineTls.port}`, other.pem)
    await expect(ldaps.authenticate('alice', 'alice pw')).rejects.toMatchObject(refused)
    await expect(startTls(other.pem).snapshot()).rejects.toMatchObject(refused)
    const { steps } = await startTls(other.pem).examine()
    expect(steps[1]).toMatchObject({ step: 'tls', reason: 'DIRECTORY_TLS_AUTHORITY' })
    assertSilent(line.heard())
  })

  it.each([
    ['is over', '127.0.0.1', 'DIRECTORY_TLS_DATES'],
    ['is of another name', 'dc1.elsewhere.org', 'DIRECTORY_TLS_NAME'],
  ])('stops at a certificate that %s', async (_what, host, reason) => {
    const isExpired = reason === 'DIRECTORY_TLS_DATES'
    const bad = await slapd({
      ldif: LDIF,
      tls: { ...authority.issue(host, { isExpired }), authority: authority.file },
    })
    onTestFinished(() => bad.stop())
    line.lead(bad.port)
    onTestFinished(() => line.lead(server.port))
    await expect(startTls().authenticate('alice', 'alice pw')).rejects.toMatchObject(refused)
    expect((await startTls().examine()).steps[1]).toMatchObject({ step: 'tls', reason })
    expect(bad.log()).not.toMatch(/BIND dn="(uid=alice|cn=reader)/)
    assertSilent(line.heard())
  })

  it('stops when StartTLS is refused, swallowed, or has words put into it', async () => {
    onTestFinished(() => {
      line.answer(undefined)
      line.alter(undefined)
    })
    const protocolError = Buffer.from('300c02010178070a010204000400', 'hex')
    for (const reply of [() => protocolError, () => undefined, () => Buffer.from('HTTP/1.1 400')]) {
      line.answer(reply)
      await expect(startTls().authenticate('alice', 'alice pw')).rejects.toMatchObject(refused)
    }
    line.answer(undefined)
    // The beginning of an answer to a bind, whose end would come by TLS.
    const begun = Buffer.from('302802010261230a0100040004', 'hex')
    line.alter((bytes, nth) => (nth === 0 ? Buffer.concat([bytes, begun]) : bytes))
    await expect(startTls().authenticate('alice', 'alice pw')).rejects.toMatchObject(refused)
    assertSilent(line.heard())
  })

  it('speaks clear text only where it is allowed, and then with this machine alone', async () => {
    const allowed = through(`ldap://127.0.0.1:${line.port}`, authority.pem, true)
    expect(await allowed.authenticate('alice', 'alice pw')).toBeDefined()
    const remote = ldapDirectory(
      server.options({
        urls: [`ldap://[::ffff:127.0.0.1]:${line.port}`],
        isClearTextAllowed: true,
      }),
    )
    await expect(remote.authenticate('alice', 'alice pw')).rejects.toMatchObject({
      reason: 'DIRECTORY_CLEAR_TEXT',
    })
  })

  it('never dials again by itself when a line breaks, which would be in clear text', async () => {
    const before = line.connections()
    line.alter((bytes, nth) => (nth > 4 ? 'cut' : bytes))
    onTestFinished(() => line.alter(undefined))
    await expect(startTls().snapshot()).rejects.toMatchObject({ reason: 'DIRECTORY_UNREACHABLE' })
    expect(line.connections() - before).toBe(1)
  })
})
