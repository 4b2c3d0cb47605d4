import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtinEmbedder } from '../../../adapters/builtin/embedder.ts'
import { childExtractor } from '../../../adapters/child/extractor.ts'
import { lancedbVectorIndex } from '../../../adapters/lancedb/vector-index.ts'
import { memoryBlobStore } from '../../../adapters/memory/blob-store.ts'
import { memoryKv } from '../../../adapters/memory/kv.ts'
import { sqlCatalog } from '../../../adapters/sql/catalog.ts'
import { systemShareMeter } from '../../../adapters/system/share-meter.ts'
import { createToken } from '../../../core/account/tokens.ts'
import type { Digest } from '../../../core/digest.ts'
import { newId, newTraceId } from '../../../core/ids.ts'
import { storeDerived } from '../../../core/ingest/store-derived.ts'
import type { OrgRole, Scope } from '../../../core/model/actor.ts'
import type { Step } from '../../../core/model/job.ts'
import { pictureBands } from '../../../core/near/bands.ts'
import type { Log, StepResult } from '../../../core/ports/index.ts'
import { reindexPointers } from '../../../core/search/relink.ts'
import { createApp } from '../../../server/app.ts'
import { commitContent } from '../../commit-content.ts'
import { manualClock } from '../../manual-clock.ts'
import { noModels } from '../../no-models.ts'
import { testKeys } from '../../test-keys.ts'
import { seeded } from '../contents.ts'
import { currentOf, type Model, type ModelContent, type ModelDocument } from './model.ts'

const ALL: readonly Scope[] = ['read', 'write', 'admin']
const PEOPLE = 8
const BOOKS = 4
const CHAPTERS = 2
const GROUPS = 3
const DOCUMENTS = 40
const CONTENTS = 24
const FAMILIES = 6
const HOUR_MS = 3_600_000

/** Words of which contents and names are made; none begins with another. */
export const WORDS: readonly string[] = Array.from(
  { length: 24 },
  (_, i) => `${'abcdefghijkl'[i % 12]}${'xyz'[i % 3]}word${String.fromCharCode(97 + i)}`,
)

export type AccessWorld = Awaited<ReturnType<typeof accessWorld>>

/** The whole server in this process, on a real catalog and a real index, and a model beside it. */
export async function accessWorld(seed: number) {
  const root = await mkdtemp(join(tmpdir(), 'onefold-access-exact-'))
  const ports = await portsAt(root)
  await ports.catalog.migrate()
  const rates = { uploadsPerMinute: 0, checksPerMinute: 0, searchesPerMinute: 0 }
  const app = createApp(ports, { dataDir: root, webDir: join(root, 'web'), rates })
  const random = seeded(seed)
  const model: Model = {
    people: [],
    groups: [],
    grants: [],
    books: new Map(),
    chapters: new Map(),
    documents: [],
    contents: [],
  }
  const world = {
    ports,
    model,
    random,
    pick: <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T,
    numbers: 0,
    root: { id: '', token: '' },
    async ask(method: string, path: string, given: { token: string; json?: unknown }) {
      const headers = new Headers({ authorization: `Bearer ${given.token}` })
      if (given.json !== undefined) headers.set('content-type', 'application/json')
      const body = given.json === undefined ? {} : { body: JSON.stringify(given.json) }
      const answer = await app.request(`http://box${path}`, { method, headers, ...body })
      return { status: answer.status, text: await answer.text() }
    },
    async close() {
      await app.shut()
      await ports.index.close()
      await ports.catalog.close()
      await rm(root, { recursive: true, force: true })
    },
  }
  await settle(world)
  return world
}

async function portsAt(root: string) {
  const clock = manualClock()
  return {
    catalog: sqlCatalog(join(root, 'catalog.sqlite'), testKeys),
    clock,
    blobs: memoryBlobStore(),
    index: await lancedbVectorIndex({ uri: join(root, 'index') }),
    embedder: builtinEmbedder(),
    extractor: childExtractor({
      command: ['/bin/false'],
      limits: { memoryBytes: 2 ** 30, cpuSeconds: 1, wallMs: 1000 },
    }),
    log: SILENT,
    keys: testKeys,
    kv: memoryKv(clock),
    providers: [],
    shareMeter: systemShareMeter(root),
    ...noModels,
  }
}

const SILENT: Log = { info() {}, warn() {}, error() {}, child: () => SILENT }

/** People, groups, books, chapters and documents; the grants come with the changes. */
async function settle(world: AccessWorld): Promise<void> {
  const { model, ports } = world
  const { people, library } = ports.catalog
  const everyone = newId()
  await people.createGroup({ id: everyone, name: 'Everyone', isEveryone: true, createdAt: 0 })
  model.groups.push({ id: everyone, members: null })
  for (let i = 0; i < GROUPS; i++) {
    const { id } = await people.createGroup({
      id: newId(),
      name: `Group ${i}`,
      isEveryone: false,
      createdAt: 0,
    })
    model.groups.push({ id, members: new Set() })
  }
  for (let book = 0; book < BOOKS; book++) {
    const number = ++world.numbers
    const made = { id: newId(), name: `book${number}q`, createdAt: 0 }
    model.books.set((await library.createBook(made)).id, number)
    for (let i = 0; i < CHAPTERS; i++) {
      const of = ++world.numbers
      const part = { id: newId(), bookId: made.id, name: `chap${of}q`, createdAt: 0 }
      model.chapters.set((await library.createChapter(part)).id, { number: of, bookId: made.id })
    }
  }
  world.root = await person(world, 'root', 'admin')
  for (let i = 0; i < PEOPLE; i++) {
    const bookId = world.pick([...model.books.keys()])
    const { id, token } = await person(world, `person${i}`, 'member')
    const limited = await tokenOf(world, { id, orgRole: 'member' }, bookId)
    const rest = { isOrgAdmin: false, isDisabled: false }
    model.people.push({ id, token, limited: { token: limited, bookId }, ...rest })
  }
  for (let i = 0; i < DOCUMENTS; i++) await addDocument(world)
  await tellKnown(world)
}

/** Tells of documents of known contents what was found out before, as if their time had passed. */
export async function tellKnown({ ports, model }: AccessWorld): Promise<void> {
  const { jobs } = ports.catalog
  const now = ports.clock.now()
  let ended = 1
  while (ended > 0) {
    let begun = true
    while (begun) begun = await jobs.takeReplay(UNDERSTOOD, now, Number.MAX_SAFE_INTEGER)
    ended = (await jobs.replay(now)).ended
  }
  for (const document of model.documents) document.isPictured = true
}

const UNDERSTOOD: readonly Step[] = ['probe', 'near', 'preview']

async function person(world: AccessWorld, name: string, orgRole: OrgRole) {
  const id = newId()
  await world.ports.catalog.people.createUser({
    id,
    username: name,
    displayName: name,
    orgRole,
    createdAt: 0,
  })
  return { id, token: await tokenOf(world, { id, orgRole }) }
}

async function tokenOf(
  { ports }: AccessWorld,
  { id, orgRole }: { id: string; orgRole: OrgRole },
  bookId?: string,
): Promise<string> {
  // Whom it belongs to may see nothing yet: what it reaches is said, not asked for.
  const actor = { userId: id, username: id, displayName: id, scopes: ALL, traceId: newTraceId() }
  const wish = { name: 'token', scopes: ALL }
  const made = await createToken(
    ports,
    { ...actor, orgRole: bookId ? 'admin' : orgRole },
    {
      ...wish,
      ...(bookId && { bookIds: [bookId] }),
    },
  )
  return made.token
}

/** A new document, of a content that others have or of a new one. */
export async function addDocument(world: AccessWorld): Promise<void> {
  const { model, pick } = world
  const number = ++world.numbers
  const document: ModelDocument = {
    id: newId(),
    number,
    name: `${pick(WORDS)} doc${number}q.pdf`,
    folder: pick(['', '', 'plans', 'plans', 'old']),
    chapterId: pick([...model.chapters.keys()]),
    contents: [],
    isTrashed: false,
    waits: false,
    isStale: false,
    isPictured: false,
  }
  await addVersion(world, document, { waits: world.random() < 0.1 })
  model.documents.push(document)
}

/** The next version of a document; `waits` when it is not released yet. */
export async function addVersion(
  world: AccessWorld,
  document: ModelDocument,
  { waits }: { waits: boolean },
): Promise<void> {
  const { ports, root } = world
  const { content, isNew } = contentFor(world, document)
  ports.clock.advance(1000)
  const versionId = newId()
  await commitContent(ports.catalog.ingest, {
    versionId,
    jobId: newId(),
    documentId: document.id,
    chapterId: document.chapterId,
    folder: document.folder,
    name: document.name,
    onConflict: 'version',
    digest: content.digest,
    sizeBytes: 1,
    createdBy: root.id,
    door: 'web',
    traceId: newTraceId(),
    now: ports.clock.now(),
  })
  const before = document.contents.at(-1)
  document.contents.push(content)
  document.isPictured = isNew
  document.waits = waits
  if (isNew) await understand(world, content)
  if (!waits) await release(world, document)
  if (before) await reindexPointers(ports, before.digest)
}

/** Makes the newest version findable. */
export async function release({ ports }: AccessWorld, document: ModelDocument): Promise<void> {
  const { catalog, clock } = ports
  const [newest] = await catalog.library.versions('all', document.id)
  await catalog.ingest.markLinked(newest?.id ?? '', clock.now())
  await reindexPointers(ports, currentOf(document).digest)
  document.waits = false
}

function contentFor(
  { model, pick, random, ...world }: AccessWorld,
  document: ModelDocument,
): { content: ModelContent; isNew: boolean } {
  const known = model.contents.filter((content) => content !== document.contents.at(-1))
  if (known.length >= CONTENTS || (known.length > 4 && random() < 0.4)) {
    return { content: pick(known), isNew: false }
  }
  const number = 100_000 + model.contents.length + world.numbers * 100
  const text = [`cont${number}q`, ...Array.from({ length: 4 }, () => pick(WORDS))].join(' ')
  const digest = createHash('sha256').update(text).digest('hex') as Digest
  const family = Math.floor(random() * FAMILIES)
  const content = { number, digest, text, family, isPictured: true }
  model.contents.push(content)
  return { content, isNew: true }
}

/** What the worker would find out, without the reading. */
async function understand({ ports, model }: AccessWorld, content: ModelContent): Promise<void> {
  const { catalog, clock, embedder, index } = ports
  const { digest, text, family } = content
  await catalog.blobs.setType(digest, 'application/pdf', 'pdf')
  await catalog.passages.replace(digest, [{ ordinal: 0, text, locator: { page: 1 } }])
  const [vector = new Float32Array(embedder.space.dimension)] = await embedder.embed([text])
  const places = await catalog.passages.placesOf(digest)
  await index.of(embedder.space).upsert(digest, [{ ordinal: 0, vector }], places)
  // A hash of its own in each family, a bit away from its relatives.
  const bit = 1n << BigInt(model.contents.indexOf(content) % 60)
  const hash = (LOOKS[family] ?? 0n) ^ bit
  const hex = hash.toString(16).padStart(16, '0')
  const bytes = Buffer.from(hex, 'hex')
  await catalog.near.put(digest, { kind: 'picture', bytes, bands: pictureBands(hex) })
  const finish = async (step: Step, result: Partial<StepResult>) => {
    const job = await catalog.jobs.take('w', [step], HOUR_MS, clock.now(), 0)
    if (!job) throw new Error(`There is no ${step} to be done.`)
    const done = { state: 'done' as const, facts: {}, next: [], ...result }
    await catalog.jobs.finish(job.id, 'w', done, clock.now())
  }
  const next = (step: Step) => ({ step, stepVersion: 1, priority: 1 })
  await finish('probe', { next: [next('near'), next('preview')] })
  await finish('near', {})
  await finish('preview', { blobId: await storeDerived(ports, picture(text)) })
}

/** Far from each other in more bits than relatives may differ in. */
const LOOKS = [
  0x0000000000000000n,
  0xffffffffffffffffn,
  0x00000000ffffffffn,
  0xffff0000ffff0000n,
  0xff00ff00ff00ff00n,
  0xf0f0f0f0f0f0f0f0n,
]

async function* picture(text: string) {
  yield Buffer.from(`a picture of ${text}`)
}
