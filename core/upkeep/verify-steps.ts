import type { BlobRow, Ports } from '../ports/index.ts'
import { isCurrent, MOST_UNREAD, unreadableWords } from './verify-bytes.ts'

/** One named check: how long it took, how much it saw, what is wrong. */
export interface VerifyStep {
  name: string
  tookMs: number
  checked: number
  problems: string[]
  /** It went no further: so much could not be read that single files are not to blame. */
  isStopped?: true
}

/** How to look at files. */
export interface LookRule {
  /** A person knows that the disk is there: what cannot be read is lost, however much it is. */
  isSure?: boolean
}

type Stores = Pick<Ports, 'blobs' | 'catalog'>

const PAGE = 500
/** What could not be read is looked at again after this long. */
export const PAUSE_MS = 2_000
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

/** Ends a step because of what it could not read. */
export function stop(step: VerifyStep): void {
  step.isStopped = true
  note(step, unreadableWords)
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
 * gone, and not there a moment later either, is marked damaged, so that what comes again replaces it;
 * nothing is removed. Where many in a row are gone, none is marked.
 *
 * @param rule `missing` gets the rows that were found without their file
 */
export async function checkFiles(
  { blobs, catalog, clock }: Stores & Pick<Ports, 'clock'>,
  step: VerifyStep,
  { isSure = false, missing }: LookRule & { missing?: Set<number> } = {},
): Promise<void> {
  for await (const { path } of blobs.list()) {
    step.checked++
    if (await catalog.blobs.isKnown(path)) continue
    // It may have been removed, rows first, since it was listed.
    if ((await blobs.stat(path)) === undefined) continue
    note(step, `${short(path.slice(3))}: a file that no row knows; nothing removes it`)
  }
  const gone: BlobRow[] = []
  let inARow = 0
  for await (const row of blobRows({ catalog })) {
    if (row.state === 'damaged') continue
    const isThere = (await blobs.stat(row.path)) !== undefined
    if (isThere || !(await isCurrent({ catalog }, row))) inARow = 0
    else {
      gone.push(row)
      inARow++
    }
    if (inARow === MOST_UNREAD && !isSure) return stop(step)
  }
  if (gone.length > 0) await clock.sleep(PAUSE_MS)
  for (const row of gone) {
    if ((await blobs.stat(row.path)) !== undefined || !(await isCurrent({ catalog }, row))) continue
    missing?.add(row.id)
    note(step, `${short(row.digest)}: the file is missing`)
    await catalog.blobs.markDamaged(row.id)
  }
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
