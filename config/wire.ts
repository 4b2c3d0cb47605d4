import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { childExtractor } from '../adapters/child/extractor.ts'
import { diskBlobStore } from '../adapters/disk/blob-store.ts'
import { pinoLog } from '../adapters/pino/log.ts'
import { type SqlCatalog, sqlCatalog } from '../adapters/sql/catalog.ts'
import { systemClock } from '../adapters/system/clock.ts'
import type { Embedder, Ports } from '../core/ports/index.ts'
import type { Config } from './schema.ts'

/** The ports of one process, and their orderly end. */
export interface Wired {
  ports: Ports & { catalog: SqlCatalog }
  close(): Promise<void>
}

const PARSER = join(import.meta.dirname, '..', 'worker', 'parse', 'main.ts')

/**
 * Puts the adapters behind the ports: the one place that knows them all. Heavy ones are loaded here
 * and only here, when they are needed.
 *
 * @param name what the process calls itself in its log
 */
export async function wire(config: Config, name: string): Promise<Wired> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const log = pinoLog(name, config.log.level)
  const catalog = sqlCatalog(join(config.dataDir, 'catalog.sqlite'))
  const embedder = await embedderOf(config)
  const { lancedbVectorIndex } = await import('../adapters/lancedb/vector-index.ts')
  const index = await lancedbVectorIndex({
    uri: join(config.dataDir, 'index'),
    space: embedder.space,
  })
  const blobs = await diskBlobStore(config.dataDir)
  const extractor = childExtractor({
    command: [process.execPath, PARSER],
    limits: {
      memoryBytes: config.parser.memoryBytes,
      cpuSeconds: config.parser.cpuSeconds,
      wallMs: config.parser.wallMs,
    },
  })
  return {
    ports: { blobs, catalog, extractor, embedder, index, clock: systemClock, log },
    async close() {
      await index.close()
      await embedder.close()
      await catalog.close()
    },
  }
}

/** A model from the models folder when there is one and it is wanted, else the built-in embedder. */
async function embedderOf(config: Config): Promise<Embedder> {
  const { builtinEmbedder } = await import('../adapters/builtin/embedder.ts')
  if (config.embedder === 'builtin') return builtinEmbedder()
  const { findModel, transformersEmbedder } = await import('../adapters/transformers/embedder.ts')
  const model = await findModel(config.models.dir)
  if (!model && config.embedder === 'auto') return builtinEmbedder()
  return transformersEmbedder({ modelsDir: config.models.dir, model })
}
