import { loadConfig } from '../config/load.ts'
import { wire } from '../config/wire.ts'
import { createApp } from './app.ts'
import { listen } from './listen.ts'
import { VERSION } from './version.ts'

const config = loadConfig()
const { ports, close } = await wire(config, 'server')
const app = createApp(ports, {
  version: VERSION,
  dataDir: config.dataDir,
  reserveBytes: config.disk.reserveBytes,
  session: config.session,
  upload: config.upload,
  settleMs: config.settleMs,
  bodyIdleMs: config.upload.idleMs,
})
const listening = await listen(app, config)
const { address, port } = listening.address
ports.log.info('The server is ready.', { address, port })

async function stop() {
  await listening.close()
  await close()
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop)
