import { loadConfig } from '../config/load.ts'
import { wireStore } from '../config/wire.ts'
import { runWatcher } from './watch.ts'

/** A share that an administrator adds is watched this soon. */
const POLL_MS = 2_000

const config = loadConfig()
const { ports, close } = await wireStore(config, 'watcher')
const stop = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort())

ports.log.info('The watcher is ready.')
const { outageFiles, outagePercent, graceMs } = config.share
const options = {
  scanIntervalMs: config.scanIntervalMs,
  limits: { files: outageFiles, percent: outagePercent },
  graceMs,
  listens: true,
  pollMs: POLL_MS,
}
await runWatcher(ports, options, stop.signal)
await close()
