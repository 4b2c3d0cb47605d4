import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '../../config/load.ts'
import type { Config } from '../../config/schema.ts'
import { type Wired, wire, wireStore } from '../../config/wire.ts'
import type { Trail } from '../../core/audit/anchor.ts'
import { AppError } from '../../core/errors.ts'

/**
 * Wires the ports for one command and closes them after it. The log stays silent: what a command has
 * to say is its answer.
 *
 * @throws AppError `unavailable` (reason `NOT_PREPARED`) when the data folder is not of this version
 */
export async function withPorts<T>(
  work: (ports: Wired['ports'], config: Config, trail: Trail) => Promise<T>,
): Promise<T> {
  const config = loadConfig()
  const quiet = { ...config, log: { level: 'silent' as const } }
  await assertPrepared(quiet)
  const { ports, trail, close } = await wire(quiet, 'onefold')
  try {
    return await work(ports, config, trail)
  } finally {
    await close()
  }
}

/** Before anything else is opened, and without making anything: the folder may be the wrong one. */
async function assertPrepared(config: Config): Promise<void> {
  const { dataDir } = config
  if (!existsSync(join(dataDir, 'catalog.sqlite'))) {
    throw notPrepared(
      `There is no Onefold in ${dataDir}. Start Onefold once, or run: onefold migrate. If it lies elsewhere, say so with ONEFOLD_DATA_DIR.`,
    )
  }
  const { ports, close } = await wireStore(config, 'onefold')
  const pending = await ports.catalog.pending().finally(close)
  if (pending.length === 0) return
  throw notPrepared(
    `The data folder ${dataDir} is not prepared for this version. Start Onefold once, or run: onefold migrate`,
  )
}

const notPrepared = (message: string) =>
  new AppError('unavailable', message, { reason: 'NOT_PREPARED' })
