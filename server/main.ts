import { ollamaState } from '../config/elsewhere.ts'
import { loadConfig } from '../config/load.ts'
import { sandboxOf } from '../config/readers.ts'
import { readOnlyOf, wire } from '../config/wire.ts'
import { keepRenewed } from '../core/account/renew-elsewhere.ts'
import { keepAnchored } from '../core/audit/anchor.ts'
import { mirrorRecords } from '../core/content/mirror.ts'
import { keepDirectory } from '../core/directory/keep.ts'
import { keepSettling } from '../core/ingest/settle.ts'
import { followSpaces } from '../core/space/follow.ts'
import { createApp } from './app.ts'
import { listen } from './listen.ts'
import { VERSION } from './version.ts'

const config = loadConfig()
const { ports, spaces, trail, close } = await wire(config, 'server')
const app = createApp(ports, {
  version: VERSION,
  dataDir: config.dataDir,
  disk: config.disk,
  session: config.session,
  tokens: config.token,
  isCodeRequired: config.admin.totp === 'required',
  upload: { ...config.upload, unsent: config.limit },
  rates: config.limit,
  ...(config.proof.bytesPerSecond > 0 && { proofRate: config.proof.bytesPerSecond }),
  sandbox: () => sandboxOf(config),
  ...(config.ollama.url !== undefined && { ollama: () => ollamaState(config) }),
  isTls: config.tls === 'proxy',
  trustedProxies: config.trustedProxies,
  sloPerThousand: config.slo.uploadsPerThousand,
  settleMs: config.settleMs,
  trail,
  bodyIdleMs: config.upload.idleMs,
})
const listening = await listen(app, config)
const { address, port } = listening.address
ports.log.info('The server is ready.', { address, port })

app.warmUp().catch((err: unknown) => ports.log.error('How quickly proofs go is unknown.', { err }))
const stopping = new AbortController()
const { signal } = stopping
const isShared = config.keydb.url !== undefined
const readOnly = readOnlyOf(config)
if (readOnly !== undefined) ports.log.error('The box only reads.', { why: readOnly })
const following = followSpaces(ports, spaces, signal)
const behind =
  readOnly === undefined
    ? Promise.all([
        keepSettling(ports, signal),
        keepDirectory(ports, () => app.rightsChanged(), signal),
        keepRenewed(ports, () => app.rightsChanged(), signal),
        mirrorRecords(ports, { all: isShared, signal }),
        keepAnchored(ports, trail.anchors, signal),
      ])
    : Promise.resolve()

async function stop() {
  await listening.close()
  stopping.abort()
  await Promise.all([behind, following])
  await close()
}
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, stop)
