import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { memoryBlobStore } from '../../../adapters/memory/blob-store.ts'
import { memoryVectorIndex } from '../../../adapters/memory/vector-index.ts'
import { type SqlCatalog, sqlCatalog } from '../../../adapters/sql/catalog.ts'
import type { Digest } from '../../../core/digest.ts'
import type { BlobStore, NewVersion, Ports, StagedBlob } from '../../../core/ports/index.ts'
import { shelf } from '../../contracts/library-shelf.ts'
import { manualClock } from '../../manual-clock.ts'
import { testKeys } from '../../test-keys.ts'
import { type CatalogImages, type CatalogRows, catalogImages } from './images.ts'

/** The one content that all actors bring. */
const BYTES = Buffer.from('The same for everybody.')
export const DIGEST = createHash('sha256').update(BYTES).digest('hex') as Digest
export const START_MS = 1_800_000_000_000

/** All that survives a crash: the catalog, and the names of the published files. */
export interface Durable {
  image: Buffer
  rows: CatalogRows
  files: readonly string[]
}

/** How a blob's file is named: as it is, or after its content alone, as stores without this protocol do. */
export type Naming = 'fresh' | 'hash'

/** What the protocol's steps work on, opened on one durable state. */
export interface Opened {
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock' | 'index' | 'log'>
  staged: StagedBlob
  /** Ends all use; the state as it is left. */
  leave(): Durable
}

export interface World {
  first: Durable
  open(from: Durable, naming: Naming): Promise<Opened>
  /** A version of the content to commit, the same for the same name. */
  version(name: string): NewVersion
  end(): Promise<void>
}

/** A folder in memory where there is one: nothing here is to survive a power cut. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** The real catalog on a file in memory and the memory blob store, which can be set to any state. */
export async function modelWorld(): Promise<World> {
  const folder = mkdtempSync(join(FOLDER, 'onefold-model-'))
  const path = join(folder, 'catalog.sqlite')
  const catalog = await emptyCatalog(path)
  const place = await shelf(catalog)
  const images = catalogImages(path)
  const first = { ...images.take(), files: [] }
  return {
    first,
    async open(from, naming) {
      await images.restore(from.image)
      return opened({ catalog, images }, from, naming)
    },
    version: (name) => versionNamed(name, place),
    async end() {
      images.close()
      await catalog.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function emptyCatalog(path: string): Promise<SqlCatalog> {
  // Small pages make small images, which are what is copied at every step.
  const file = new Sqlite(path)
  file.pragma('page_size = 512')
  file.exec('vacuum')
  file.close()
  const catalog = sqlCatalog(path, testKeys)
  await catalog.migrate()
  return catalog
}

async function opened(
  { catalog, images }: { catalog: SqlCatalog; images: CatalogImages },
  from: Durable,
  naming: Naming,
): Promise<Opened> {
  const memory = memoryBlobStore()
  const files = new Set<string>()
  const blobs = namedBy(naming, memory, files)
  for (const file of from.files) {
    await (await memory.stage(bytes())).publish(file)
    files.add(file)
  }
  const staged = await memory.stage(bytes())
  const log: Ports['log'] = { info() {}, warn() {}, error() {}, child: () => log }
  const index = memoryVectorIndex()
  return {
    ports: { blobs, catalog, clock: manualClock(START_MS), index, log },
    staged: { ...staged, publish: (to) => publishAs(naming, memory, { to, files }) },
    leave: () => ({ ...images.take(), files: [...files].sort() }),
  }
}

async function* bytes() {
  yield BYTES
}

/** `ab/<digest>.<ulid>`, or with the same end for all. */
const fileOf = (naming: Naming, path: string): string =>
  naming === 'fresh' ? path : `${path.slice(0, 67)}.${'0'.repeat(26)}`

function namedBy(naming: Naming, memory: BlobStore, files: Set<string>): BlobStore {
  return {
    ...memory,
    read: (path, range) => memory.read(fileOf(naming, path), range),
    stat: (path) => memory.stat(fileOf(naming, path)),
    async remove(path) {
      await memory.remove(fileOf(naming, path))
      files.delete(fileOf(naming, path))
    },
  }
}

/** Who names files by content alone finds the name taken, and takes that for success. */
async function publishAs(
  naming: Naming,
  memory: BlobStore,
  { to, files }: { to: string; files: Set<string> },
): Promise<void> {
  const file = fileOf(naming, to)
  if (naming === 'hash' && files.has(file)) return
  await (await memory.stage(bytes())).publish(file)
  files.add(file)
}

function versionNamed(
  name: string,
  { userId, chapterId }: { userId: string; chapterId: string },
): NewVersion {
  const id = (kind: string) => {
    const hex = createHash('sha256').update(`${kind} ${name}`).digest('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  }
  return {
    versionId: id('version'),
    jobId: id('job'),
    documentId: id('document'),
    chapterId,
    folder: '',
    name,
    onConflict: 'version',
    digest: DIGEST,
    sizeBytes: BYTES.length,
    createdBy: userId,
    door: 'api',
    traceId: '0'.repeat(32),
    now: START_MS,
  }
}
