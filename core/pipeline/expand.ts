import { AppError } from '../errors.ts'
import { newId } from '../ids.ts'
import { commitStaged } from '../ingest/commit-version.ts'
import { assertRoom } from '../ingest/room.ts'
import type {
  DocumentRow,
  Expansion,
  MissingEntry,
  Ports,
  UnpackedEntry,
  VersionRow,
} from '../ports/index.ts'
import { isAboutTheFile, mediaTypeOf, withContent } from './content.ts'
import { batchesOf, type PlannedEntry, planExpansion } from './expand-plan.ts'
import { readExtraction } from './extraction.ts'

/** What is unpacked where a share wishes it; a program's archive is listed only. */
const EXPANDED = ['application/zip', 'application/x-tar', 'application/gzip']
/** Of what is missing, so much is kept; the count tells of all. */
const MOST_MISSING = 100

type Stores = Pick<Ports, 'blobs' | 'catalog' | 'clock' | 'extractor' | 'log'>

interface Work {
  archive: VersionRow
  document: DocumentRow
  mediaType: string
  total: number
  taken: number
  missing: MissingEntry[]
}

/**
 * Makes the files in an archive documents of their own, in a folder named as the archive, where the
 * share that it came from wishes it. Once for each version: what an earlier try stored is not stored
 * again. A file that an earlier version of the archive held gets a new version when it is another; one
 * that the archive does not hold any more stays, and is told of as missing. What somebody removed is
 * not brought back. Archives in it are listed and not opened.
 *
 * Ends without a word when a newer version of the archive came meanwhile: that one's turn comes.
 */
export async function expandArchive(
  ports: Stores,
  archive: VersionRow,
  { signal, progress }: { signal: AbortSignal; progress(share: number): void },
): Promise<void> {
  if (!(await ports.catalog.archives.isWanted(archive.id))) return
  const work = await workOn(ports, archive)
  if (!work) return
  const { take, missing } = await plan(ports, work)
  work.missing.push(...missing)
  const done = await alreadyDone(ports, work)
  const open = take.filter(({ path }) => !done.has(path))
  work.taken = take.filter(({ path }) => done.get(path) === 'stored').length
  work.total -= take.filter(({ path }) => done.get(path) === 'deleted').length
  await tell(ports, work, 'working')
  try {
    for (const batch of batchesOf(open)) {
      signal.throwIfAborted()
      await storeBatch(ports, work, { batch, signal })
      progress(work.taken / Math.max(1, work.total))
      await tell(ports, work, 'working')
    }
  } catch (error) {
    if (error instanceof AppError && error.reason === 'ARCHIVE_CHANGED') return
    throw error
  }
  const expansion = expansionOf(work, work.taken < work.total ? 'partial' : 'done')
  await ports.catalog.archives.finish(archive.id, expansion, ports.clock.now())
}

async function workOn(ports: Stores, archive: VersionRow): Promise<Work | undefined> {
  const mediaType = await mediaTypeOf(ports, archive.digest)
  const listed = await ports.catalog.derivations.get(archive.digest, 'extract')
  const document = await ports.catalog.library.document('all', archive.documentId)
  if (!EXPANDED.includes(mediaType) || !listed?.blobPath) return undefined
  if (document?.currentVersionId !== archive.id || document.trashedAt !== undefined)
    return undefined
  return { archive, document, mediaType, total: 0, taken: 0, missing: [] }
}

async function plan(ports: Stores, work: Work) {
  const { parts, coverage } = await readExtraction(ports, work.archive.digest)
  const planned = planExpansion(parts, work.document.name)
  work.total = planned.take.length + planned.missing.length + coverage.total - coverage.done
  // What is behind the end of the list was not even looked at.
  const unlisted = coverage.missing.map((message) => ({ reason: 'ENTRY_LIMIT', message }))
  work.missing.push(...unlisted)
  return planned
}

/** Of a second try, what the first one did; and what people have put away since. */
async function alreadyDone(
  { catalog }: Pick<Ports, 'catalog'>,
  { archive, document }: Work,
): Promise<Map<string, 'stored' | 'deleted'>> {
  const known = await catalog.archives.known(document.id)
  return new Map(
    known.flatMap(({ path, versionId, isDeleted }): [string, 'stored' | 'deleted'][] => {
      if (isDeleted) return [[path, 'deleted']]
      return versionId === archive.id ? [[path, 'stored']] : []
    }),
  )
}

async function storeBatch(
  ports: Stores,
  work: Work,
  { batch, signal }: { batch: readonly PlannedEntry[]; signal: AbortSignal },
): Promise<void> {
  const unpacked = await unpack(ports, work, { batch, signal })
  for (const [at, entry] of batch.entries()) {
    signal.throwIfAborted()
    const { bytes, failure } = unpacked[at] ?? {}
    const why = bytes ? await store(ports, work, { entry, bytes }) : failure
    if (why) work.missing.push({ path: entry.path, ...why })
    else work.taken++
  }
}

/** Where a parser dies of several files, each is tried alone: one of them is to blame, not all. */
async function unpack(
  ports: Stores,
  work: Work,
  { batch, signal }: { batch: readonly PlannedEntry[]; signal: AbortSignal },
): Promise<UnpackedEntry[]> {
  const { archive, mediaType } = work
  const wanted = batch.map(({ index, sizeBytes }) => ({ index, sizeBytes }))
  try {
    return await withContent(ports, archive.digest, (file) =>
      ports.extractor.unpack(file, mediaType, wanted, signal),
    )
  } catch (error) {
    if (!isOfTheArchive(error)) throw error
    const { reason = '', message } = error
    if (batch.length === 1)
      return wanted.map(({ index }) => ({ index, failure: { reason, message } }))
    const alone: UnpackedEntry[] = []
    for (const entry of batch)
      alone.push(...(await unpack(ports, work, { batch: [entry], signal })))
    return alone
  }
}

const isOfTheArchive = (error: unknown): error is AppError =>
  isAboutTheFile(error) ||
  (error instanceof AppError && (error.reason?.startsWith('PARSER_') ?? false))

/** Why it could not be stored, if that is the file's own fault. */
async function store(
  { blobs, catalog, clock }: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  { archive, document }: Work,
  { entry, bytes }: { entry: PlannedEntry; bytes: Uint8Array },
): Promise<UnpackedEntry['failure']> {
  const now = clock.now()
  await assertRoom({ blobs }, bytes.byteLength)
  const staged = await blobs.stage(once(bytes))
  try {
    await commitStaged({ blobs, catalog }, staged, {
      versionId: newId(now),
      jobId: newId(now),
      documentId: newId(now),
      chapterId: document.chapterId,
      folder: [document.folder, document.name, entry.folder].filter(Boolean).join('/'),
      name: entry.name,
      onConflict: 'keep_both',
      digest: staged.digest,
      sizeBytes: staged.sizeBytes,
      createdBy: archive.createdBy,
      door: 'share',
      traceId: archive.traceId,
      now,
      parent: { versionId: archive.id, index: entry.index },
      archiveEntry: { archiveId: document.id, path: entry.path },
    })
    return undefined
  } catch (error) {
    if (!isAboutTheFile(error)) throw error
    const { reason = '', message } = error
    return { reason, message }
  }
}

const tell = (ports: Pick<Ports, 'catalog' | 'clock'>, work: Work, state: Expansion['state']) =>
  ports.catalog.archives.put(work.archive.id, expansionOf(work, state), ports.clock.now())

const expansionOf = ({ taken, total, missing }: Work, state: Expansion['state']): Expansion => ({
  state,
  taken,
  total,
  missing: missing.slice(0, MOST_MISSING),
})

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
