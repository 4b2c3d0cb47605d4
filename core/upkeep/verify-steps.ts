import { hashing } from '../digest.ts'
import { codeOf, hasSystemCode } from '../errors.ts'
import type { BlobRow, Ports } from '../ports/index.ts'

/** One named check: how long it took, how much it saw, what is wrong. */
export interface VerifyStep {
  name: string
  tookMs: number
  checked: number
  problems: string[]
}

type Stores = Pick<Ports, 'blobs' | 'catalog'>

const PAGE = 500
/** Enough to see what is wrong. */
const MAX_PROBLEMS = 100

/** Runs one check under its name. What it throws is not a problem found but a check that failed. */
export async function timed(
  { clock }: Pick<Ports, 'clock'>,
  name: string,
  run: (step: VerifyStep) => Promise<void>,
): Promise<VerifyStep> {
  const step: VerifyStep = { name, tookMs: 0, checked: 0, problems: [] }
  const start = clock.monotonic()
  await run(step)
  step.tookMs = Math.round(clock.monotonic() - start)
  return step
}

export function note(step: VerifyStep, problem: string): void {
  if (step.problems.length < MAX_PROBLEMS) step.problems.push(problem)
}

/** Counts every blob's references again. */
export async function checkReferences({ catalog }: Stores, step: VerifyStep): Promise<void> {
  for await (const _ of blobRows({ catalog })) step.checked++
  for (const { digest, counted, actual } of await catalog.blobs.wrongCounts()) {
    note(step, `${short(digest)}: counted ${counted}, found ${actual}`)
  }
}

/** Compares what accounts have put in with what their rows say. */
export async function checkQuotas({ catalog }: Stores, step: VerifyStep): Promise<void> {
  step.checked = (await catalog.people.users()).length
  for (const { username, counted, actual } of await catalog.people.wrongQuotas()) {
    note(step, `what ${username} has put in: counted ${counted} bytes, found ${actual}`)
  }
}

/**
 * Compares the set of files with the set of rows, both ways, by name and size. A blob whose file is
 * gone is marked damaged, so that what comes again replaces it; nothing is removed.
 *
 * @param missing gets the rows that were found without their file
 */
export async function checkFiles(
  { blobs, catalog }: Stores,
  step: VerifyStep,
  missing: Set<number> = new Set(),
): Promise<void> {
  for await (const { path } of blobs.list()) {
    step.checked++
    if (await catalog.blobs.isKnown(path)) continue
    // It may have been removed, rows first, since it was listed.
    if ((await blobs.stat(path)) === undefined) continue
    note(step, `${short(path.slice(3))}: a file that no row knows; nothing removes it`)
  }
  for await (const row of blobRows({ catalog })) {
    if (row.state === 'damaged' || (await blobs.stat(row.path)) !== undefined) continue
    if ((await catalog.blobs.byId(row.id))?.path !== row.path) continue // swept meanwhile
    missing.add(row.id)
    note(step, `${short(row.digest)}: the file is missing`)
    await catalog.blobs.markDamaged(row.id)
  }
}

/** Hashes a blob again, and marks it damaged when its bytes are wrong, gone or unreadable. */
export async function checkContent(
  { blobs, catalog }: Stores,
  row: BlobRow,
  step: VerifyStep,
): Promise<void> {
  const bytes = hashing(blobs.read(row.path))
  try {
    for await (const _ of bytes);
  } catch (cause) {
    // Too many open files, or no right to read, say nothing about the bytes.
    const isUnreadable = hasSystemCode(cause, 'EIO')
    if (!isUnreadable && codeOf(cause) !== 'not_found') throw cause
    if ((await catalog.blobs.byId(row.id))?.path !== row.path) return // swept or healed meanwhile
    const what = isUnreadable ? 'the disk cannot read the file' : 'the file is missing'
    note(step, `${short(row.digest)}: ${what}`)
    await catalog.blobs.markDamaged(row.id)
    return
  }
  if (bytes.digest() === row.digest && bytes.size() === row.sizeBytes) return
  note(step, `${short(row.digest)}: the bytes on disk are not the content`)
  await catalog.blobs.markDamaged(row.id)
}

/** Settled blobs, in the order in which they came. */
export async function* blobRows(
  { catalog }: Pick<Ports, 'catalog'>,
  afterId = 0,
): AsyncGenerator<BlobRow> {
  for (let after = afterId; ; ) {
    const page = await catalog.blobs.page(after, PAGE)
    yield* page
    const last = page.at(-1)
    if (!last) return
    after = last.id
  }
}

/** Enough of a digest to find its row by, too little to be one. */
export const short = (digest: string) => digest.slice(0, 8)
