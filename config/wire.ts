import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { builtinEmbedder } from '../adapters/builtin/embedder.ts'
import { childExtractor } from '../adapters/child/extractor.ts'
import { diskBlobStore } from '../adapters/disk/blob-store.ts'
import { masterKey } from '../adapters/disk/master-key.ts'
import { memoryKv } from '../adapters/memory/kv.ts'
import { pinoLog } from '../adapters/pino/log.ts'
import { type SqlCatalog, sqlCatalog } from '../adapters/sql/catalog.ts'
import { systemClock } from '../adapters/system/clock.ts'
import { systemShareMeter } from '../adapters/system/share-meter.ts'
import { findModel } from '../adapters/transformers/model-folder.ts'
import { keysFrom } from '../core/keys.ts'
import { tolerantKv } from '../core/kv/tolerant-kv.ts'
import type { Embedder, Extractor, Kv, Log, Ports } from '../core/ports/index.ts'
import { providersOf } from './providers.ts'
import type { Config } from './schema.ts'

/** The ports of one process, and their orderly end. */
export interface Wired {
  ports: Ports & StorePorts
  close(): Promise<void>
}

/** What a process needs that only stores: a third of the memory of one that understands or finds. */
export interface StorePorts
  extends Pick<Ports, 'blobs' | 'clock' | 'log' | 'keys' | 'kv' | 'providers' | 'shareMeter'> {
  catalog: SqlCatalog
}

const PARSER = join(import.meta.dirname, '..', 'worker', 'parse', 'main.ts')

/**
 * Puts the adapters behind the ports: the one place that knows them all. Heavy ones are loaded here
 * and only here, when they are needed.
 *
 * @param name what the process calls itself in its log
 */
export async function wire(config: Config, name: string): Promise<Wired> {
  const store = await wireStore(config, name)
  const providers = await providersOf(config)
  const embedder = await embedderOf(config)
  // Its own lines are no JSON; what matters comes back as an error.
  process.env.LANCE_LOG ??= 'error'
  const { lancedbVectorIndex } = await import('../adapters/lancedb/vector-index.ts')
  const index = await lancedbVectorIndex({
    uri: join(config.dataDir, 'index'),
    space: embedder.space,
  })
  return {
    ports: { ...store.ports, extractor: extractorOf(config), embedder, index, providers },
    async close() {
      await index.close()
      await embedder.close()
      for (const provider of providers) await provider.close()
      await store.close()
    },
  }
}

/** The catalog and the blobs alone, without further stores. */
export async function wireStore(
  config: Config,
  name: string,
): Promise<{ ports: StorePorts; close(): Promise<void> }> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const log = pinoLog(name, config.log.level)
  const keys = keysFrom(await masterKey(join(config.dataDir, 'master.key')))
  const catalog = sqlCatalog(join(config.dataDir, 'catalog.sqlite'), keys, config.quota)
  const kv = await openKv(config, log)
  const { probe } = extractorOf(config)
  const blobs = await diskBlobStore(config.dataDir, config.disk.reserveBytes, probe)
  return {
    ports: {
      blobs,
      catalog,
      clock: systemClock,
      log,
      keys,
      kv,
      providers: [],
      shareMeter: systemShareMeter(config.dataDir),
    },
    async close() {
      await kv.close()
      await catalog.close()
    },
  }
}

/** Reads files in processes of their own. */
const extractorOf = ({ parser: { memoryBytes, cpuSeconds, wallMs } }: Config): Extractor =>
  childExtractor({
    command: [process.execPath, PARSER],
    limits: { memoryBytes, cpuSeconds, wallMs },
  })

/** The server of the configuration, with this process to count in while it is away; else this process. */
export async function openKv({ keydb }: Pick<Config, 'keydb'>, log: Log): Promise<Kv> {
  const clock = systemClock
  const spare = memoryKv(clock)
  if (keydb.url === undefined) return spare
  const { redisKv } = await import('../adapters/redis/kv.ts')
  return tolerantKv(redisKv(keydb.url), { spare, clock, log })
}

/** A model from the models folder when there is one and it is wanted, else the built-in embedder. */
async function embedderOf(config: Config): Promise<Embedder> {
  const model = config.embedder === 'builtin' ? undefined : await findModel(config.models.dir)
  if (!model && config.embedder !== 'transformers') return builtinEmbedder()
  const { transformersEmbedder } = await import('../adapters/transformers/embedder.ts')
  return transformersEmbedder({ modelsDir: config.models.dir, model })
}
