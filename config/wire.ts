import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { diskAnchors } from '../adapters/disk/anchors.ts'
import { diskKeyRing, firstKeyIn } from '../adapters/disk/audit-key.ts'
import { type Ballast, diskBallast } from '../adapters/disk/ballast.ts'
import { diskBlobStore } from '../adapters/disk/blob-store.ts'
import { makeRoom } from '../adapters/disk/make-room.ts'
import { masterKey } from '../adapters/disk/master-key.ts'
import { clearReadOnlyMark, markReadOnly, readOnlyReason } from '../adapters/disk/read-only-mark.ts'
import { diskRereader } from '../adapters/disk/rereader.ts'
import { memoryKv } from '../adapters/memory/kv.ts'
import { diskModelShelf } from '../adapters/models/shelf.ts'
import { otpauthCodes } from '../adapters/otpauth/one-time-codes.ts'
import { pinoLog } from '../adapters/pino/log.ts'
import { sqlAuditFile } from '../adapters/sql/audit-file.ts'
import { type SqlCatalog, sqlCatalog } from '../adapters/sql/catalog.ts'
import { systemClock } from '../adapters/system/clock.ts'
import { systemShareMeter } from '../adapters/system/share-meter.ts'
import type { Trail } from '../core/audit/anchor.ts'
import { forgetfulRing } from '../core/audit/ring.ts'
import { keysFrom } from '../core/keys.ts'
import { tolerantKv } from '../core/kv/tolerant-kv.ts'
import type { KeyRing, Kv, Log, ModelShelf, Ports, Rereader } from '../core/ports/index.ts'
import { type CurrentSpaces, openCurrent } from '../core/space/current.ts'
import { reserveOf } from '../core/upkeep/disk-room.ts'
import { directoryOf } from './directory.ts'
import { geminiSpeech } from './elsewhere.ts'
import { embeddersOf } from './embedders.ts'
import { oidcOf } from './oidc.ts'
import { providersOf } from './providers.ts'
import { extractorOf } from './readers.ts'
import type { Config } from './schema.ts'
import { speechOf } from './speech.ts'

/** The ports of one process, and their orderly end. */
export interface Wired {
  ports: Ports & StorePorts
  /** Which spaces answer; `ports` follow it. */
  spaces: CurrentSpaces
  trail: Trail
  close(): Promise<void>
}

/** What a process needs that only stores: a third of the memory of one that understands or finds. */
export interface StorePorts
  extends Pick<
    Ports,
    'blobs' | 'clock' | 'log' | 'keys' | 'kv' | 'models' | 'providers' | 'shareMeter'
  > {
  catalog: SqlCatalog
}

/**
 * Puts the adapters behind the ports: the one place that knows them all. Heavy ones are loaded here
 * and only here, when they are needed.
 *
 * @param name what the process calls itself in its log
 */
export async function wire(config: Config, name: string): Promise<Wired> {
  const store = await wireStore(config, name)
  const providers = await providersOf(config)
  const directory = await directoryOf(config, store.ports.clock)
  const identityProvider = await oidcOf(config)
  const embedders = embeddersOf(config, store.ports.models)
  const spaces = await openCurrent(store.ports, embedders)
  const transcriber = await speechOf(config, store.ports.models)
  const transcriberElsewhere = await geminiSpeech(config)
  // Its own lines are no JSON; what matters comes back as an error.
  process.env.LANCE_LOG ??= 'error'
  const { lancedbVectorIndex } = await import('../adapters/lancedb/vector-index.ts')
  const index = await lancedbVectorIndex({ uri: join(config.dataDir, 'index') })
  return {
    ports: {
      ...store.ports,
      extractor: extractorOf(config),
      embedders,
      oneTimeCodes: otpauthCodes(),
      get embedder() {
        return spaces.embedder
      },
      get pictures() {
        return spaces.pictures
      },
      index,
      get transcriber() {
        return transcriber()
      },
      ...(transcriberElsewhere && { transcriberElsewhere }),
      ...(directory && { directory }),
      ...(identityProvider && { identityProvider }),
      providers,
    },
    spaces,
    trail: store.trail,
    async close() {
      await index.close()
      await spaces.close()
      for (const provider of providers) await provider.close()
      await store.close()
    },
  }
}

/** The catalog and the blobs alone, without further stores. */
export async function wireStore(
  config: Config,
  name: string,
): Promise<{ ports: StorePorts; trail: Trail; close(): Promise<void> }> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const log = pinoLog(name, config.log.level)
  const readOnly = readOnlyOf(config)
  const onFailure = (cause: unknown) => failStop(config, log, cause)
  const ballast = diskBallast(config.dataDir, config.disk.ballastBytes)
  const keys = keysFrom(await masterKey(join(config.dataDir, 'master.key')))
  const ring = readOnly === undefined ? diskKeyRing(config.dataDir, systemClock) : forgetfulRing()
  const stopTurning = keepTurning(ring, log)
  const catalog = sqlCatalog(join(config.dataDir, 'catalog.sqlite'), keys, config.quota, {
    ring,
    onFull: () => ballast.release(),
    onFailure,
    ...(readOnly !== undefined && { readOnly }),
  })
  const kv = await openKv(config, log)
  const { probe } = extractorOf(config)
  const reserve = (size: number) => reserveOf(config.disk, size)
  const blobs = await diskBlobStore(config.dataDir, reserve, { look: probe, onFailure })
  return {
    ports: {
      blobs,
      catalog,
      clock: systemClock,
      log,
      keys,
      kv,
      models: openShelf(config),
      providers: [],
      shareMeter: systemShareMeter(config.dataDir),
    },
    trail: { ring, anchors: diskAnchors(config.dataDir) },
    async close() {
      stopTurning()
      await kv.close()
      await catalog.close()
    },
  }
}

/** How often a process looks whether the hour of its key is over, in milliseconds. */
const TURN_MS = 60_000

/** Moves the key of the audit on when its time has come, in every process that could have it. */
function keepTurning(ring: KeyRing, log: Log): () => void {
  const turn = () => {
    try {
      ring.advance()
    } catch (err) {
      log.error('The key of the audit could not be moved on; it is tried again.', { err })
    }
  }
  turn()
  const timer = setInterval(turn, TURN_MS).unref()
  return () => clearInterval(timer)
}

/** Why this box may only read; undefined when it may write. */
export const readOnlyOf = ({ dataDir, readOnly }: Config): string | undefined =>
  readOnly === 'on' ? 'The box was started read-only.' : readOnlyReason(dataDir)

/**
 * Ends the process at once when the disk of the catalog, or of the folders of blobs, fails: what was not
 * acknowledged is lost, and nothing is written after it. Whoever starts it again finds it read-only,
 * until a person has looked.
 */
function failStop({ dataDir }: Config, log: Log, cause: unknown): never {
  log.error('The disk of the data folder failed; nothing is written any more.', { err: cause })
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  markReadOnly(dataDir, `The disk of the data folder failed (${code}).`)
  process.exit(FAILED_DISK)
}

/** Takes back what `failStop` left. False when there was nothing. */
export const clearMark = ({ dataDir }: Config): boolean => clearReadOnlyMark(dataDir)

/** How a process ends whose disk failed (EX_SOFTWARE of sysexits.h). */
export const FAILED_DISK = 70

/** Room that is given up when the disk is full. */
export const openBallast = ({ dataDir, disk }: Config): Ballast =>
  diskBallast(dataDir, disk.ballastBytes)

/** Frees what needs no catalog to be freed, on a disk that may be full. Only while nobody else runs. */
export const makeRoomFor = ({ dataDir, disk }: Config): Promise<void> =>
  makeRoom(dataDir, disk.ballastBytes)

/** The audit of a box that need not run, for reading alone; nothing of the box is made or changed. */
export function openAudit({ dataDir }: Pick<Config, 'dataDir'>) {
  return {
    ...sqlAuditFile(join(dataDir, 'catalog.sqlite')),
    anchors: diskAnchors(dataDir),
    firstKey: () => firstKeyIn(dataDir),
  }
}

/** What reads the store again, behind everybody else. */
export const openRereader = ({ dataDir, scrub }: Config): Rereader =>
  diskRereader(dataDir, scrub.bytesPerSecond)

/** The server of the configuration, with this process to count in while it is away; else this process. */
export async function openKv({ keydb }: Pick<Config, 'keydb'>, log: Log): Promise<Kv> {
  const clock = systemClock
  const spare = memoryKv(clock)
  if (keydb.url === undefined) return spare
  const { redisKv } = await import('../adapters/redis/kv.ts')
  return tolerantKv(redisKv(keydb.url), { spare, clock, log })
}

/** The models of this box. */
export const openShelf = ({ models, disk }: Pick<Config, 'models' | 'disk'>): ModelShelf =>
  diskModelShelf(models.dir, (size) => reserveOf(disk, size))
