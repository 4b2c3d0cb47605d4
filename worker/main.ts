import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { loadConfig } from '../config/load.ts'
import { openMeter } from '../config/models.ts'
import { sandboxOf } from '../config/readers.ts'
import { openBallast, openRereader, wire } from '../config/wire.ts'
import { steps } from '../core/pipeline/steps.ts'
import { followSpaces } from '../core/space/follow.ts'
import { keepLinked } from './keep-linked.ts'
import { keepModels } from './keep-models.ts'
import { keepSpaces } from './keep-spaces.ts'
import { keepStore } from './keep-store.ts'
import { runWorker } from './loop.ts'
import { releaseDead } from './release-dead.ts'
import { alarmOf, runReplays } from './replay.ts'
import { runReplication } from './replicate.ts'
import { keepTime, runUpkeep } from './upkeep.ts'

const DAY_MS = 24 * 60 * 60_000

const config = loadConfig()
// Without walls no file is read: whoever started the worker is told what to install.
const { kind: walls, lack } = await sandboxOf(config)
const { ports, spaces, trail, close } = await wire(config, 'worker')
if (walls === 'none') ports.log.error('Files are read without a sandbox.', { sandbox: walls })
if (lack !== undefined) ports.log.warn(lack, { sandbox: walls })
const rereader = openRereader(config)
const stop = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort())

const jobs = {
  worker: `${hostname()}:${process.pid}:${randomUUID()}`,
  lanes: config.worker.concurrency,
  heavyLanes: config.worker.heavyLanes,
  leaseMs: config.job.leaseMs,
  maxAttempts: config.job.maxAttempts,
  signal: stop.signal,
  alarm: alarmOf(ports, stop.signal),
}
await releaseDead(ports, jobs.worker)

ports.log.info('The worker is ready.', { lanes: jobs.lanes, heavy_lanes: jobs.heavyLanes })
const times = {
  graceMs: config.blob.graceMs,
  trashMs: config.trash.days * DAY_MS,
  uploadMs: config.upload.abandonedMs,
  endedUploadMs: config.upload.endedDays * DAY_MS,
}
await Promise.all([
  runWorker(ports, steps, jobs),
  runReplays(ports, steps, jobs),
  keepTime(ports, stop.signal),
  keepLinked(ports, stop.signal),
  followSpaces(ports, spaces, stop.signal),
  keepSpaces(ports, stop.signal),
  keepModels(ports, { ...jobs, meter: openMeter(config) }),
  keepStore(
    { ...ports, rereader, trail, ballast: openBallast(config) },
    { days: config.scrub.days, ...config.audit },
    stop.signal,
  ),
  runUpkeep(ports, { times, probers: config.limit }, stop.signal),
  runReplication(ports, {
    lanes: config.provider.lanes,
    leaseMs: config.job.leaseMs,
    recheckMs: config.provider.recheckDays * DAY_MS,
    signal: stop.signal,
  }),
])
await rereader.close()
await close()
