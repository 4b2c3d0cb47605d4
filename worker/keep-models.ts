import { AppError } from '../core/errors.ts'
import { taskOf } from '../core/models/tasks.ts'
import { doWork, WORK_LEASE_MS } from '../core/models/work.ts'
import type { ModelMeter, ModelWorkRow, Ports } from '../core/ports/index.ts'

const IDLE_MS = 1_000
const TROUBLE_MS = 5_000
const SWEEP_MS = 60 * 60_000
/** A file that is still arriving is written to all the time, and asked for right after. */
const ARRIVING_MS = 60 * 60_000

type KeeperPorts = Pick<Ports, 'catalog' | 'clock' | 'log' | 'models' | 'keys'>

interface Keeping {
  worker: string
  meter: ModelMeter
  signal: AbortSignal
}

/** Does what administrators ask for on the shelf of models, one after the other, until `signal` aborts. */
export async function keepModels(ports: KeeperPorts, keeping: Keeping): Promise<void> {
  const { catalog, clock, log } = ports
  const { worker, signal } = keeping
  let sweptAt = Number.NEGATIVE_INFINITY
  while (!signal.aborted) {
    try {
      const now = clock.now()
      if (now - sweptAt >= SWEEP_MS) {
        await sweepReceived(ports, now)
        sweptAt = now
      }
      const row = await catalog.modelWork.take(worker, now + WORK_LEASE_MS, now)
      if (row) await runOne(ports, row, keeping)
      else await clock.sleep(IDLE_MS, signal)
    } catch (err) {
      log.error('The shelf of models could not be worked on.', { err })
      await clock.sleep(TROUBLE_MS, signal)
    }
  }
}

/** Drops files that came through the page while the process that took them in ended. */
async function sweepReceived({ catalog, models }: KeeperPorts, now: number): Promise<void> {
  const rows = await catalog.modelWork.list()
  const open = rows.filter(({ state }) => state !== 'done' && state !== 'failed')
  const kept = new Set(open.map(({ input }) => input.received))
  await models.carrier.sweep((id) => kept.has(id), now - ARRIVING_MS)
}

async function runOne(
  ports: KeeperPorts,
  row: ModelWorkRow,
  { worker, meter, signal }: Keeping,
): Promise<void> {
  const task = taskOf(ports, row, meter)
  try {
    await doWork(ports, { row, worker, signal }, async (how) => {
      if (task) return task(how)
      // A command that was killed may have left models half way to their places.
      await ports.models.recover()
      throw new AppError('unavailable', 'It ended before it was done. Run the command again.', {
        reason: 'INTERRUPTED',
      })
    })
  } catch (err) {
    if (signal.aborted) return
    // Why a person's wish was refused is in its row; a defect of ours is for the log.
    if (!(err instanceof AppError))
      ports.log.error('Work on a model failed.', { err, task: row.task })
  }
  // What came through the page has done its service, unless a person is asked about it.
  const after = (await ports.catalog.modelWork.list()).find(({ id }) => id === row.id)
  const received = row.input.received
  if (after?.state !== 'asks' && typeof received === 'string') {
    await ports.models.carrier.discard(received)
  }
}
