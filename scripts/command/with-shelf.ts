import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { loadConfig } from '../../config/load.ts'
import type { Config } from '../../config/schema.ts'
import { type StorePorts, wireStore } from '../../config/wire.ts'
import { actBy } from '../../core/account/act.ts'
import { AppError } from '../../core/errors.ts'
import { doWork, WORK_LEASE_MS, type WorkOutcome } from '../../core/models/work.ts'
import type { LongWork, ModelTask } from '../../core/ports/index.ts'
import { operator } from '../operator.ts'
import { bytes, progressLine } from './output.ts'

/** What commands about models work with: neither a model nor an index is loaded for them. */
export async function withShelf<T>(
  work: (ports: StorePorts, config: Config) => Promise<T>,
): Promise<T> {
  const config = loadConfig()
  const { ports, close } = await wireStore({ ...config, log: { level: 'silent' } }, 'onefold')
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

/**
 * Does work on the shelf in this process, as the one that does, with a line on the terminal; Ctrl-C
 * ends it in good order.
 *
 * @throws AppError `conflict` (reason `MODELS_BUSY`) while something else is being done there
 */
export async function doHere(
  ports: StorePorts,
  { task, subject }: { task: ModelTask; subject: string },
  work: (how: LongWork) => Promise<WorkOutcome>,
): Promise<WorkOutcome> {
  const { actor } = await operator(ports)
  const worker = `${hostname()}:${process.pid}:${randomUUID()}`
  const holder = { worker, until: ports.clock.now() + WORK_LEASE_MS }
  const input = { byCommand: true }
  const row = await ports.catalog.modelWork.begin(
    { task, subject, input },
    actBy(ports, actor),
    holder,
  )
  if (!row) throw busy()
  const stop = new AbortController()
  const interrupt = () => stop.abort(interrupted())
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt)
  const line = progressLine(subject)
  try {
    return await doWork(ports, { row, worker, signal: stop.signal }, (how) =>
      work({
        ...how,
        onProgress(done, total) {
          how.onProgress?.(done, total)
          line.update(bar(done, total))
        },
      }),
    )
  } finally {
    line.end()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt)
  }
}

const busy = () =>
  new AppError(
    'conflict',
    'Something else is being done with the models: see onefold models list. Try again when it is over.',
    { reason: 'MODELS_BUSY' },
  )

const interrupted = () =>
  new AppError('unavailable', 'Stopped. The same command goes on where it was.', {
    reason: 'INTERRUPTED',
  })

const BAR = 24

/** `[######······]  42 %  17.3 MiB of 41.0 MiB` */
function bar(done: number, total: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total)
  const filled = Math.round(share * BAR)
  const percent = String(Math.floor(share * 100)).padStart(3)
  return `[${'#'.repeat(filled)}${'·'.repeat(BAR - filled)}] ${percent} %  ${bytes(done)} of ${bytes(total)}`
}
