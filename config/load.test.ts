import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../core/errors.ts'
import { loadConfig, loadSettings } from './load.ts'
import { namedOptions } from './schema.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onefold-config-'))
  file = join(folder, 'onefold.toml')
})
afterEach(() => rmSync(folder, { recursive: true }))

const withFile = (toml: string, env: Record<string, string> = {}) => {
  writeFileSync(file, toml)
  return { ...env, ONEFOLD_CONFIG: file }
}

const messageOf = (env: Record<string, string>): string => {
  try {
    loadConfig(env)
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad_request', reason: 'CONFIG' })
    return error instanceof AppError ? error.message : ''
  }
  throw new Error('the configuration was accepted')
}

describe('loadConfig', () => {
  it('gives the documented defaults without a file or a variable', () => {
    const config = loadConfig({})
    expect(config).toMatchObject({ host: '127.0.0.1', port: 8000, embedder: 'auto' })
    expect(config.dataDir).toBe(resolve('data'))
    expect(config.models.dir).toBe(resolve('data/models'))
    expect(config.admin.password).toBeUndefined()
    expect(config.upload.urlTtlMs).toBe(900_000)
  })

  it('takes the environment over the file, and the file over the default', () => {
    const config = loadConfig(
      withFile('port = 9000\nhost = "0.0.0.0"\nupload_max_bytes = 5', { ONEFOLD_PORT: '9100' }),
    )
    expect(config).toMatchObject({ port: 9100, host: '0.0.0.0', upload: { maxBytes: 5 } })
  })

  it('counts relative paths in the file from the folder of the file', () => {
    const config = loadConfig(withFile('data_dir = "store"'))
    expect(config.dataDir).toBe(join(folder, 'store'))
    expect(config.models.dir).toBe(join(folder, 'store/models'))
  })

  it('keeps a models folder that is not in the data folder', () => {
    expect(loadConfig({ ONEFOLD_MODELS_DIR: '/srv/models' }).models.dir).toBe('/srv/models')
  })

  it('counts a path that may be left unset like any other, and leaves it unset', () => {
    expect(loadConfig({}).provider.folder.path).toBeUndefined()
    const { provider } = loadConfig(withFile('provider_folder_path = "copies"'))
    expect(provider.folder.path).toBe(join(folder, 'copies'))
  })

  it('takes an empty variable as not set', () => {
    expect(loadConfig({ ONEFOLD_PORT: '' }).port).toBe(8000)
  })

  it('reads a secret from the file that is named for it, without its last newline', () => {
    writeFileSync(join(folder, 'password'), 'correct horse\n')
    const config = loadConfig({ ONEFOLD_ADMIN_PASSWORD_FILE: join(folder, 'password') })
    expect(config.admin.password).toBe('correct horse')
  })

  it('refuses an unknown key of the file and names the nearest known one', () => {
    expect(messageOf(withFile('prot = 9000'))).toContain(
      'there is no option "prot"; did you mean port?',
    )
  })

  it('refuses an unknown variable and names the nearest known one', () => {
    expect(messageOf({ ONEFOLD_DATADIR: '/srv' })).toContain(
      'there is no option ONEFOLD_DATADIR; did you mean ONEFOLD_DATA_DIR?',
    )
  })

  it('leaves alone what names programs for the tests', () => {
    expect(loadConfig({ ONEFOLD_TEST_VALKEY: '/opt/valkey-server' }).port).toBe(8000)
  })

  it('names nothing when no known name is near', () => {
    expect(messageOf(withFile('zzzzzzzzzzzz = 1'))).not.toContain('did you mean')
  })

  it('lists everything wrong at once', () => {
    const message = messageOf(
      withFile('port = "many"\nembedder = "best"', {
        ONEFOLD_JOB_LEASE_MS: 'soon',
        ONEFOLD_X: '1',
      }),
    )
    for (const name of ['ONEFOLD_PORT', 'ONEFOLD_EMBEDDER', 'ONEFOLD_JOB_LEASE_MS', 'ONEFOLD_X']) {
      expect(message).toContain(name)
    }
  })

  it('refuses a port that is none, and a URL of another kind', () => {
    expect(messageOf({ ONEFOLD_PORT: '70000' })).toContain('at most 65535')
    expect(messageOf({ ONEFOLD_LDAP_URL: 'http://directory' })).toContain('ldap://')
  })

  it('refuses proxies that are no addresses', () => {
    expect(messageOf({ ONEFOLD_TRUSTED_PROXIES: '127.0.0.1, proxy.example' })).toContain('networks')
    const given = '127.0.0.1, 10.1.0.0/16,::1'
    expect(loadConfig({ ONEFOLD_TRUSTED_PROXIES: given }).trustedProxies).toBe(given)
  })

  it('says where a file that is named but absent was looked for', () => {
    expect(messageOf({ ONEFOLD_CONFIG: join(folder, 'absent.toml') })).toContain('absent.toml')
  })

  it('says what is wrong with a file that is not TOML', () => {
    expect(messageOf(withFile('port = = 1'))).toContain('not valid TOML')
  })

  it('never shows the value of a secret in a refusal', () => {
    const message = messageOf(
      withFile('admin_password = 12345', { ONEFOLD_GEMINI_API_KEY: 'k-77' }),
    )
    expect(message).not.toMatch(/12345|k-77/)
  })

  it('cannot be changed afterwards', () => {
    const config = loadConfig({})
    expect(() => Object.assign(config.upload, { maxBytes: 1 })).toThrow(TypeError)
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError)
  })
})

describe('loadSettings', () => {
  it('says of each value who said so', () => {
    const settings = loadSettings(withFile('port = 9000', { ONEFOLD_HOST: '::1' }))
    const origins = Object.fromEntries(settings.map(({ key, origin }) => [key, origin]))
    expect(origins).toMatchObject({ port: file, host: 'environment', data_dir: 'default' })
  })
})

describe('the options', () => {
  it('carry the names that administrators and outside checks rely on', () => {
    const names = namedOptions.map(({ env }) => env)
    for (const name of [
      'DATA_DIR HOST PORT ADMIN_PASSWORD KEYDB_URL LDAP_URL OLLAMA_URL GEMINI_API_KEY MODELS_DIR',
      'LOG_LEVEL SETTLE_MS SCAN_INTERVAL_MS BLOB_GRACE_MS TRASH_DAYS UPLOAD_URL_TTL_MS',
      'UPLOAD_MAX_BYTES UPLOAD_IDLE_MS WORKER_CONCURRENCY JOB_LEASE_MS JOB_MAX_ATTEMPTS',
      'SESSION_IDLE_MS SESSION_ABSOLUTE_MS DISK_RESERVE_BYTES EMBEDDER',
      'PARSER_MEMORY_BYTES PARSER_CPU_SECONDS PARSER_WALL_MS',
    ].flatMap((line) => line.split(' '))) {
      expect(names).toContain(`ONEFOLD_${name}`)
    }
  })

  it('each say in a sentence what they do', () => {
    for (const { key, option } of namedOptions) expect(option.doc, key).toMatch(/^[A-Z].+\.$/)
  })
})
