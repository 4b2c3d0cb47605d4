import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { loadConfig } from '../config/load.ts'
import { wire } from '../config/wire.ts'
import { steps } from '../core/pipeline/steps.ts'
import { runWorker } from './loop.ts'
import { runUpkeep } from './upkeep.ts'

const DAY_MS = 24 * 60 * 60_000

const config = loadConfig()
const { ports, close } = await wire(config, 'worker')
const stop = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort())

ports.log.info('The worker is ready.', { lanes: config.worker.concurrency })
const times = {
  graceMs: config.blob.graceMs,
  trashMs: config.trash.days * DAY_MS,
  uploadMs: config.upload.abandonedMs,
  endedUploadMs: config.upload.endedDays * DAY_MS,
}
await Promise.all([
  runWorker(ports, steps, {
    worker: `${hostname()}:${process.pid}:${randomUUID()}`,
    lanes: config.worker.concurrency,
    leaseMs: config.job.leaseMs,
    maxAttempts: config.job.maxAttempts,
    signal: stop.signal,
  }),
  runUpkeep(ports, { times, probers: config.limit }, stop.signal),
])
await close()
