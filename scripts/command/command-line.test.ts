import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { program } from './program.ts'
import { report } from './report.ts'

let folder: string
let dataDir: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'onefold-command-'))
  dataDir = join(folder, 'data')
  vi.stubEnv('ONEFOLD_DATA_DIR', dataDir)
  vi.stubEnv('ONEFOLD_EMBEDDER', 'builtin')
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

interface Answer {
  code: number
  out: string
  err: string
}

/** As from a shell, but in this process: loading the product is most of what a command takes. */
async function onefold(...args: string[]): Promise<Answer> {
  const answer: Answer = { code: 0, out: '', err: '' }
  const outputs = [
    vi.spyOn(console, 'log').mockImplementation((text) => add('out', `${text}\n`)),
    vi.spyOn(console, 'error').mockImplementation((text) => add('err', `${text}\n`)),
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => add('out', text)),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => add('err', text)),
  ]
  function add(stream: 'out' | 'err', text: unknown): true {
    answer[stream] += String(text)
    return true
  }
  try {
    await program().parseAsync(args, { from: 'user' })
    answer.code = Number(process.exitCode ?? 0)
  } catch (error) {
    answer.code = report(error, args.includes('--json'))
  } finally {
    process.exitCode = undefined
    for (const output of outputs) output.mockRestore()
  }
  return answer
}

async function json(...args: string[]) {
  const answer = await onefold(...args, '--json')
  expect(answer).toMatchObject({ code: 0, err: '' })
  return JSON.parse(answer.out)
}

const codeOf = async (...args: string[]) => (await onefold(...args)).code

/** In a process of its own, with something to read on standard input. */
function reading(input: string, ...args: string[]) {
  const file = join(import.meta.dirname, '..', 'onefold.ts')
  return spawnSync(process.execPath, [file, ...args], { encoding: 'utf8', input })
}

describe('onefold', () => {
  it('says what to do in a folder that is not prepared', async () => {
    const { code, err } = await onefold('user', 'list')
    expect(code).toBe(6)
    expect(err).toContain('onefold migrate')
    // It may be the wrong folder: nothing is made there.
    expect(existsSync(join(dataDir, 'catalog.sqlite'))).toBe(false)
  })

  it('prepares the folder: schema, account, book and share', async () => {
    const { code, out } = await onefold('migrate')
    expect(code).toBe(0)
    const file = join(dataDir, 'initial-admin-password')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(out).toContain(file)
    expect(out).not.toContain(readFileSync(file, 'utf8').trim())
    expect(existsSync(join(dataDir, 'shares/inbox'))).toBe(true)
    expect(await json('book', 'list')).toMatchObject([
      { name: 'Shared', chapters: [{ name: 'Inbox' }] },
    ])
    expect(await json('share', 'list')).toMatchObject([{ path: join(dataDir, 'shares/inbox') }])
  })

  it('prepares it again without changing anything', async () => {
    const file = join(dataDir, 'initial-admin-password')
    const before = readFileSync(file, 'utf8')
    expect(await json('migrate')).toEqual({ migrations: [], recovered: 0 })
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect(await json('share', 'list')).toHaveLength(1)
  })

  it('sets a quota in bytes, takes it away, and gives the one of the box again', async () => {
    const quota = async (...args: string[]) => json('user', 'quota', 'admin', ...args)
    expect(await quota()).toEqual({ limit_bytes: 0, used_bytes: 0, declared_bytes: 0 })
    expect(await quota('5000')).toMatchObject({ limit_bytes: 5000 })
    expect(await quota('default')).toMatchObject({ limit_bytes: 0 })
    expect(await codeOf('user', 'quota', 'admin', '5 GB')).toBe(2)
  })

  it('makes accounts with a password from standard input', () => {
    const args = [
      'user',
      'add',
      'vera',
      '--display-name',
      'Vera Lind',
      '--password-stdin',
      '--json',
    ]
    const { stdout } = reading('a long secret\n', ...args)
    expect(JSON.parse(stdout)).toMatchObject({ username: 'vera', display_name: 'Vera Lind' })
    expect(reading('another secret', 'user', 'passwd', 'vera', '--password-stdin').status).toBe(0)
  })

  it('lists accounts, locks them out and lets them in again', async () => {
    expect(await codeOf('user', 'disable', 'vera')).toBe(0)
    const users = await json('user', 'list')
    expect(users).toMatchObject([{ username: 'admin' }, { username: 'vera' }])
    expect(users[1].disabled_at).toBeTypeOf('number')
    expect(await codeOf('user', 'disable', 'vera', 'off')).toBe(0)
  })

  it('refuses a weak password, a taken name and an unknown one with codes of their own', async () => {
    expect(reading('short', 'user', 'add', 'olaf', '--password-stdin').status).toBe(2)
    expect(reading('long enough', 'user', 'add', 'vera', '--password-stdin').status).toBe(4)
    expect(await codeOf('user', 'disable', 'nobody')).toBe(3)
  })

  it('switches instant uploads on and off, and keeps a book out of them', async () => {
    expect((await json('privacy')).mode).toBe('strict')
    const on = await json('privacy', 'instant', '--private', 'Shared')
    expect(on).toMatchObject({ mode: 'instant', books: [{ name: 'Shared', is_private: true }] })
    const off = await json('privacy', 'strict', '--open', 'Shared')
    expect(off).toMatchObject({ mode: 'strict', books: [{ is_private: false }] })
    expect((await onefold('privacy')).out).toContain('every file is sent in full')
    expect(await codeOf('privacy', 'loose')).not.toBe(0)
  })

  it('does not wait for a password where nobody can type one', () => {
    const { status, stderr } = reading('', 'user', 'add', 'olaf')
    expect(status).toBe(2)
    expect(stderr).toContain('--password-stdin')
  })

  it('sets what a book takes, and a chapter’s answer to taken names', async () => {
    const only = await json('book', 'types', 'Shared', '--only', 'documents,image/png')
    expect(only).toEqual({
      type_rule: { mode: 'allow', groups: ['documents'], media_types: ['image/png'] },
    })
    expect(await json('book', 'types', 'Shared')).toEqual(only)
    expect(await json('book', 'types', 'Shared', '--all')).toEqual({ type_rule: null })
    await json('book', 'conflict', 'Shared/Inbox', 'keep_both')
    const [shared] = (await json('book', 'list')) as { chapters: { on_conflict?: string }[] }[]
    expect(shared?.chapters[0]?.on_conflict).toBe('keep_both')
    await json('book', 'conflict', 'Shared/Inbox', 'default')
  })

  it('makes books and chapters, and lets people in', async () => {
    await json('book', 'add', 'Plans')
    await json('book', 'add', 'Plans/Bridges')
    expect(await json('grant', 'Plans/Bridges', 'contributor', '--user', 'vera')).toMatchObject({
      role: 'contributor',
    })
    expect(await json('grant', 'Plans', 'viewer', '--group', 'Everyone')).toMatchObject({
      role: 'viewer',
    })
    expect(await json('grant', 'Plans', 'none', '--group', 'Everyone')).toEqual({ removed: true })
    expect(await codeOf('grant', 'Plans/Tunnels', 'viewer', '--user', 'vera')).toBe(3)
    expect(await codeOf('grant', 'Plans', 'viewer')).toBe(2)
  })

  it('makes a token that is shown once', async () => {
    const made = await json('token', 'add', 'backup', '--user', 'vera', '--scope', 'read')
    expect(made).toMatchObject({ token: expect.stringMatching(/^of_/), scopes: ['read'] })
    const { out } = await onefold('token', 'add', 'backup', '--user', 'vera', '--days', '30')
    expect(out).toMatch(/^of_\S+\n$/)
  })

  it('lists tokens without their secrets, and ends one', async () => {
    const { id, token } = await json('token', 'add', 'mirror', '--user', 'vera')
    const listed = await json('token', 'list', '--user', 'vera')
    expect(listed).toContainEqual(expect.objectContaining({ id, name: 'mirror', user: 'vera' }))
    expect(JSON.stringify(listed)).not.toContain(token)
    expect((await onefold('token', 'list')).out).toContain(id)
    expect(await json('token', 'revoke', id)).toEqual({ id, user: 'vera' })
    expect(await json('token', 'list', '--user', 'vera')).not.toContainEqual(
      expect.objectContaining({ id }),
    )
    expect(await codeOf('token', 'revoke', id)).toBe(3)
    expect(await codeOf('token', 'list', '--user', 'nobody')).toBe(3)
  })

  it('writes the record of contents again', async () => {
    expect(await json('kv', 'rebuild')).toEqual({ records: 0 })
  })

  it('says that the server of the record does not answer', async () => {
    vi.stubEnv('ONEFOLD_KEYDB_URL', 'redis://:secret@127.0.0.1:1')
    const { code, err } = await onefold('kv', 'rebuild')
    const { findings } = await json('doctor')
    vi.stubEnv('ONEFOLD_KEYDB_URL', '')
    expect(findings).toContainEqual(expect.objectContaining({ name: 'keydb', state: 'warn' }))
    expect(code).not.toBe(0)
    expect(err).toContain('ONEFOLD_KEYDB_URL')
    expect(err).not.toContain('secret')
  })

  it('watches another folder, and stops to', async () => {
    const path = mkdtempSync(join(folder, 'share-'))
    expect(await json('share', 'add', path, 'Plans/Bridges')).toMatchObject({ path })
    expect(await codeOf('share', 'add', path, 'Plans/Bridges')).toBe(4)
    expect(await codeOf('share', 'remove', path)).toBe(0)
    expect(await json('share', 'list')).toHaveLength(1)
  })

  it('probes a folder, and sets and takes back the rules of a share', async () => {
    const path = mkdtempSync(join(folder, 'share-'))
    const probe = await json('share', 'probe', path)
    expect(probe).toMatchObject({ path, measures: { entries: { files: 0, is_whole: true } } })
    expect(probe.lines.map(({ what }: { what: string }) => what)).toContain('watches')
    const rules = ['--mode', 'inbox', '--map', 'chapters', '--between', '20:00-06:00']
    expect(await codeOf('share', 'add', path, 'Plans/Bridges', '--name', 'Scans', ...rules)).toBe(0)
    expect(await json('share', 'show', 'scans')).toMatchObject({
      mode: 'inbox',
      mapping: 'chapters',
      scan_window: { from: 1_200, to: 360 },
    })
    expect(await codeOf('share', 'scan', 'scans')).toBe(0)
    const change = ['--every', '30', '--between', '', '--include', '*.pdf', '--pause']
    expect(await json('share', 'change', 'scans', ...change)).toMatchObject({
      enabled: false,
      include: ['*.pdf'],
      scan_every_ms: 1_800_000,
    })
    expect(await json('share', 'show', 'scans')).not.toHaveProperty('scan_window')
    expect(await codeOf('share', 'scan', 'scans')).toBe(4)
    expect(await codeOf('share', 'change', 'scans', '--mode', 'burn')).toBe(2)
    expect(await codeOf('share', 'change', 'scans', '--between', 'noon')).toBe(2)
    expect(await codeOf('share', 'remove', 'scans')).toBe(0)
  })

  it('verifies, sweeps, counts and lists', async () => {
    expect(await json('verify')).toMatchObject({ ok: true })
    expect(await json('sweep', '--grace', '0', '--empty-trash')).toMatchObject({ blobs_reaped: 0 })
    expect(await json('usage', '--measure')).toMatchObject({ documents: 0, measured_bytes: 0 })
    expect(await json('jobs')).toMatchObject({ jobs: [] })
    expect(await json('jobs', 'retry')).toEqual({ retried: 0 })
    expect(await json('reindex', 'embed')).toEqual({ step: 'embed', queued: 0 })
  })

  it('verifies step by step, holds the store, and lets go of it again', async () => {
    expect(await json('verify', '--sample', '10')).toMatchObject({
      steps: expect.arrayContaining([
        { name: 'references', took_ms: expect.any(Number), checked: 0, problems: [] },
        expect.objectContaining({ name: 'indexes' }),
      ]),
    })
    expect(await json('hold', 'begin', 'nightly', '--hours', '6')).toMatchObject({ id: 'nightly' })
    const held = { id: 'nightly', left_ms: 6 * 3_600_000 }
    expect(await json('hold', 'list')).toMatchObject({ items: [held] })
    expect(await codeOf('hold', 'end', 'nightly')).toBe(0)
    expect(await codeOf('hold', 'end', 'nightly')).toBe(3)
    expect(await json('doctor', '--clear-read-only')).toEqual({ cleared: false })
  })

  it.each([
    'user list',
    'book list',
    'share list',
    'verify',
    'sweep',
    'usage',
    'slo',
    'jobs',
    'doctor',
  ])('answers "%s" with text for people too', async (line) => {
    const { code, out, err } = await onefold(...line.split(' '))
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.trim()).not.toBe('')
  })

  it('shows who set an option, and no secret', async () => {
    vi.stubEnv('ONEFOLD_ADMIN_PASSWORD', 'hush hush')
    const options = await json('config')
    vi.stubEnv('ONEFOLD_ADMIN_PASSWORD', undefined)
    expect(options).toContainEqual({
      key: 'admin_password',
      env: 'ONEFOLD_ADMIN_PASSWORD',
      value: '(set)',
      origin: 'environment',
    })
    expect(JSON.stringify(options)).not.toContain('hush')
  })

  it('checks a configuration without doing anything', async () => {
    writeFileSync(join(folder, 'wrong.toml'), 'prot = 1')
    vi.stubEnv('ONEFOLD_CONFIG', join(folder, 'wrong.toml'))
    const { code, err } = await onefold('config', '--check')
    vi.stubEnv('ONEFOLD_CONFIG', undefined)
    expect(code).toBe(2)
    expect(err).toContain('did you mean port?')
  })

  it('prints every option for the documentation', async () => {
    const { out } = await onefold('config', '--markdown')
    expect(out).toContain('| `upload_max_bytes` | `ONEFOLD_UPLOAD_MAX_BYTES` | integer, bytes |')
  })

  it('says in JSON what went wrong, when asked in JSON', async () => {
    const { err } = await onefold('user', 'disable', 'nobody', '--json')
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'not_found' } })
  })

  it('explains itself, and refuses a command that does not exist', async () => {
    expect(await codeOf('--help')).toBe(0)
    expect((await onefold('user', 'add', '--help')).out).toContain('--password-stdin')
    expect(await codeOf('usr', 'list')).toBe(2)
  })
})
