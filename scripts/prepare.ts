import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/schema.ts'
import { makeRoomFor, wireStore } from '../config/wire.ts'
import { FIRST_USERNAME, firstStart } from '../core/account/first-start.ts'
import { placeOf } from '../core/ingest/place.ts'
import type { Ports } from '../core/ports/index.ts'
import { addShare } from '../core/share/add-share.ts'
import { keepTags } from '../core/upkeep/keep-tags.ts'
import { recover } from '../core/upkeep/recover.ts'
import { operator } from './operator.ts'

/** What had to be done before the doors could open. */
export interface Prepared {
  /** Names of the migrations that ran. */
  migrations: string[]
  /** Leftovers of a crash that were removed. */
  recovered: number
  /** The first account, at the very first start, when its password was made up. Shown this once. */
  account?: { username: string; password: string; passwordFile: string }
}

/**
 * Brings the data folder to this version: schema, clean-up after a crash, and at the very first
 * start the first account, book and watched share. The caller holds the folder alone.
 */
export async function prepare(config: Config): Promise<Prepared> {
  // Before anything is opened: a catalog on a full disk cannot even be looked at.
  await makeRoomFor(config)
  const { ports, close } = await wireStore(config, 'prepare')
  try {
    const migrations = await ports.catalog.migrate()
    await keepTags(ports)
    const { intents, reaped, uploads } = await recover(ports)
    const { password } = await firstStart(ports, { adminPassword: config.admin.password })
    await firstShare(ports, config)
    return {
      migrations,
      recovered: intents + reaped + uploads,
      ...(password !== undefined && { account: await keepPassword(config, password) }),
    }
  } finally {
    await close()
  }
}

async function keepPassword({ dataDir }: Config, password: string) {
  const passwordFile = join(dataDir, 'initial-admin-password')
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  return { username: FIRST_USERNAME, password, passwordFile }
}

/** Setting that says the first share was made: one that is removed later does not come back. */
const FIRST_SHARE = 'first_share'

/** A folder to drop files into, feeding the first chapter: the first thing that works. */
async function firstShare(ports: Pick<Ports, 'catalog' | 'clock'>, config: Config): Promise<void> {
  const { settings, shares } = ports.catalog
  if (await settings.get(FIRST_SHARE)) return
  const path = join(config.dataDir, 'shares', 'inbox')
  await mkdir(path, { recursive: true })
  // Staff reach the folder, by Samba or by hand; the rest of the data folder stays closed.
  for (const folder of [join(config.dataDir, 'shares'), path]) await chmod(folder, 0o755)
  const access = await operator(ports)
  const { chapter } = placeOf(access, { name: 'first' })
  if ((await shares.list()).length === 0) {
    await addShare(ports, access, { path, name: 'Inbox', chapterId: chapter.id }, config)
  }
  await settings.putOnce(FIRST_SHARE, String(ports.clock.now()))
}
