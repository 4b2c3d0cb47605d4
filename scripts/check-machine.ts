import { accessSync, constants, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { isNewEnough, OLDEST_SQLITE } from '../adapters/sql/dialects/sqlite-guard.ts'
import type { Config } from '../config/schema.ts'
import { checkDisk } from './check-disk.ts'
import { checkSystem } from './check-system.ts'

/** One thing looked at. `warn` costs an ability, `fail` the whole product. */
export interface Finding {
  name: string
  state: 'ok' | 'warn' | 'fail'
  message: string
}

/** A system program, the Debian package that brings it, and what is off without it. */
interface Program {
  program: string
  package: string
  ability: string
}

/** One a line, in a file that `scripts/up` reads too, before there is a Node to ask. */
function programs(): Program[] {
  const lines = readFileSync(join(import.meta.dirname, 'programs.txt'), 'utf8')
    .trim()
    .split('\n')
  return lines.map((line) => {
    const [program = '', name = '', ...ability] = line.split(' ')
    return { program, package: name, ability: ability.join(' ') }
  })
}

/** Looks whether the product can run on this machine with `config`, and what would be off. */
export async function checkMachine(config: Config): Promise<Finding[]> {
  const folder = await checkFolder(config.dataDir)
  const isFolder = folder.every(({ state }) => state === 'ok')
  const disk = isFolder ? await checkDisk(config) : []
  const auditKey = isFolder ? [await checkAuditKey(config)] : []
  const kv = config.keydb.url === undefined ? [] : [await checkKv(config)]
  return [
    checkNode(),
    checkSqlite(),
    ...folder,
    ...disk,
    ...checkSystem(),
    ...auditKey,
    ...kv,
    await checkSandbox(config),
    ...programs().map(checkProgram),
  ]
}

async function checkSandbox(config: Config): Promise<Finding> {
  const { sandboxOf } = await import('../config/readers.ts')
  const name = 'sandbox'
  try {
    const { kind, lack } = await sandboxOf(config)
    if (lack !== undefined) return { name, state: 'warn', message: `${kind}: ${lack}` }
    if (kind !== 'none') return { name, state: 'ok', message: `${kind}: a file was read in it` }
    const message = 'none, as configured: a hostile file may do what this box may'
    return { name, state: 'warn', message }
  } catch (cause) {
    return { name, state: 'fail', message: messageOf(cause) }
  }
}

/** Whether what verifies the audit was taken away from where the audit is written. */
async function checkAuditKey({ dataDir }: Config): Promise<Finding> {
  const { firstKeyIn } = await import('../adapters/disk/audit-key.ts')
  const name = 'audit key'
  if (!firstKeyIn(dataDir)) return { name, state: 'ok', message: 'not on this box' }
  const message =
    'still on this box, where it proves nothing: onefold audit key, and keep it elsewhere'
  return { name, state: 'warn', message }
}

async function checkKv(config: Config): Promise<Finding> {
  const { openKv } = await import('../config/wire.ts')
  const { pinoLog } = await import('../adapters/pino/log.ts')
  const kv = await openKv(config, pinoLog('doctor', 'silent'))
  try {
    await kv.check()
    return { name: 'keydb', state: 'ok', message: 'answers' }
  } catch (cause) {
    // Everything works without it.
    return { name: 'keydb', state: 'warn', message: messageOf(cause) }
  } finally {
    await kv.close()
  }
}

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))

function checkNode(): Finding {
  const major = Number(process.versions.node.split('.')[0])
  const state = major >= 24 ? 'ok' : 'fail'
  return { name: 'node', state, message: `${process.versions.node}; 24 or newer is needed` }
}

function checkSqlite(): Finding {
  const database = new Sqlite(':memory:')
  const version = String(database.prepare('select sqlite_version()').pluck().get())
  database.close()
  const isFit = isNewEnough(version)
  const message = isFit ? version : `${version}; ${OLDEST_SQLITE} or newer is needed: npm ci`
  return { name: 'sqlite', state: isFit ? 'ok' : 'fail', message }
}

async function checkFolder(dataDir: string): Promise<Finding[]> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
    return [{ name: 'data folder', state: 'ok', message: dataDir }]
  } catch (cause) {
    return [{ name: 'data folder', state: 'fail', message: messageOf(cause) }]
  }
}

function checkProgram(wanted: Program): Finding {
  const path = findProgram(wanted.program)
  if (path) return { name: wanted.program, state: 'ok', message: path }
  return {
    name: wanted.program,
    state: 'warn',
    message: `not found; without it: no ${wanted.ability}. Turn on with: apt-get install ${wanted.package}`,
  }
}

function findProgram(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
