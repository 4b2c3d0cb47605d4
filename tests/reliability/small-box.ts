// The ways in (HTTP, watched shares), settling and the sweep of the product in one process, on the
// folder that the configuration names. No worker and no vectors: it starts in a second, and what
// these proofs look at is the store.
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { builtinEmbedder } from '../../adapters/builtin/embedder.ts'
import { childExtractor } from '../../adapters/child/extractor.ts'
import { memoryVectorIndex } from '../../adapters/memory/vector-index.ts'
import { loadConfig } from '../../config/load.ts'
import { wireStore } from '../../config/wire.ts'
import { keepSettling } from '../../core/ingest/settle.ts'
import { sweep } from '../../core/upkeep/sweep.ts'
import { holdAlone } from '../../scripts/instance-lock.ts'
import { prepare } from '../../scripts/prepare.ts'
import { createApp } from '../../server/app.ts'
import { listen } from '../../server/listen.ts'
import { runWatcher } from '../../watcher/watch.ts'
import { noModels } from '../no-models.ts'

const SWEEP_MS = Number(process.env.SWEEP_MS ?? 100)
const DAY_MS = 24 * 60 * 60_000

if (process.env.WAIT_FOR_GO) {
  await once(process.stdin, 'data')
  process.stdin.destroy()
}
const config = loadConfig()
const lock = await holdAlone(config.dataDir)
await prepare(config)
lock.admitDoors()
const { ports: store } = await wireStore(config, 'small box')
const ports = {
  ...store,
  index: memoryVectorIndex(),
  embedder: builtinEmbedder(),
  ...noModels,
  extractor: childExtractor({
    command: ['/bin/false'],
    limits: { memoryBytes: 2 ** 30, cpuSeconds: 1, wallMs: 1_000 },
  }),
}
const app = createApp(ports, {
  dataDir: config.dataDir,
  session: config.session,
  upload: { ...config.upload, unsent: config.limit },
  settleMs: config.settleMs,
})
const { address } = await listen(app, config)
const { signal } = new AbortController()
const watching = { scanIntervalMs: config.scanIntervalMs, listens: true, pollMs: 500 }
void keepSettling(ports, signal)
void runWatcher(ports, watching, signal)
console.log(JSON.stringify({ ready: `http://127.0.0.1:${address.port}` }))

const times = { graceMs: 0, trashMs: DAY_MS, uploadMs: DAY_MS, endedUploadMs: DAY_MS }
for (;;) {
  await sleep(SWEEP_MS)
  try {
    await sweep(ports, times)
  } catch (cause) {
    console.error(cause)
  }
}
