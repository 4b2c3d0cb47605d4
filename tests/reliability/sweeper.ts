// Sweeps the store that the configuration names, every SWEEP_MS, with no grace at all, as a process
// of its own beside a running box; writes what each round removed as a line of JSON.
import { setTimeout as sleep } from 'node:timers/promises'
import { loadConfig } from '../../config/load.ts'
import { wire } from '../../config/wire.ts'
import { sweep } from '../../core/upkeep/sweep.ts'

const DAY_MS = 24 * 60 * 60_000
const everyMs = Number(process.env.SWEEP_MS ?? 10_000)
const times = { graceMs: 0, trashMs: DAY_MS, uploadMs: DAY_MS, endedUploadMs: DAY_MS }
let isStopping = false
process.on('SIGTERM', () => {
  isStopping = true
})

const { ports, close } = await wire(loadConfig(), 'sweeper')
for (let next = performance.now(); !isStopping; next += everyMs) {
  console.log(JSON.stringify(await sweep(ports, times)))
  await sleep(Math.max(0, next + everyMs - performance.now()))
}
await close()
