import { loadConfig } from '../../config/load.ts'
import type { Config } from '../../config/schema.ts'
import { type Wired, wire } from '../../config/wire.ts'
import { AppError } from '../../core/errors.ts'

/**
 * Wires the ports for one command and closes them after it. The log stays silent: what a command has
 * to say is its answer.
 *
 * @throws AppError `unavailable` (reason `NOT_PREPARED`) when the data folder is not of this version
 */
export async function withPorts<T>(
  work: (ports: Wired['ports'], config: Config) => Promise<T>,
): Promise<T> {
  const config = loadConfig()
  const { ports, close } = await wire({ ...config, log: { level: 'silent' } }, 'onefold')
  try {
    const pending = await ports.catalog.pending()
    if (pending.length > 0) {
      throw new AppError(
        'unavailable',
        `The data folder ${config.dataDir} is not prepared for this version. Start Onefold once, or run: onefold migrate`,
        { reason: 'NOT_PREPARED' },
      )
    }
    return await work(ports, config)
  } finally {
    await close()
  }
}
