import { diskBlobStore } from '../../adapters/disk/blob-store.ts'
import { pinoLog } from '../../adapters/pino/log.ts'
import { sqlCatalog } from '../../adapters/sql/catalog.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { runWatcher } from '../../watcher/watch.ts'
import { testKeys } from '../test-keys.ts'

// Runs a watcher over the box of the first argument and kills itself, without a word, where the second
// says: between two steps of taking a file of an inbox.
const [root = '', point = ''] = process.argv.slice(2)

const die = (): never => {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('still alive')
}

const catalog = sqlCatalog(`${root}/catalog.sqlite`, testKeys)
const blobs = await diskBlobStore(root)
const { ingest, library, shares } = catalog

if (point === 'published') ingest.finish = async () => die()
if (point === 'committed') library.version = async () => die()
if (point === 'moved') shares.forget = async () => die()
const reading = blobs.read
if (point === 'reading') {
  blobs.read = async function* (path, range) {
    for await (const chunk of reading(path, range)) {
      die()
      yield chunk
    }
  }
}
if (point === 'read') {
  blobs.read = async function* (path, range) {
    yield* reading(path, range)
    die()
  }
}

const options = { scanIntervalMs: 200, pollMs: 50, listens: false }
const ports = { catalog, blobs, clock: systemClock, log: pinoLog('crash', 'silent') }
await runWatcher(ports, options, new AbortController().signal)
