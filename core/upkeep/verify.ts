import { hashing } from '../digest.ts'
import { codeOf, hasSystemCode } from '../errors.ts'
import { settleArrivals } from '../ingest/settle.ts'
import type { BlobRow, Ports } from '../ports/index.ts'

/** One named check of `onefold verify`: how long it took, how much it saw, what is wrong. */
export interface VerifyStep {
  name: string
  tookMs: number
  checked: number
  problems: string[]
}

const PAGE = 500
/** Enough to see what is wrong; the count says how much. */
const MAX_PROBLEMS = 100

/**
 * Compares rows, references and files, and hashes every blob again; what has just arrived is settled
 * first, and looked at like the rest. Repairs nothing: a blob whose bytes are wrong, gone or unreadable on the disk is marked damaged, so that the next upload of the
 * content replaces it.
 */
export async function verify(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  onProgress?: (step: string, checked: number) => void,
): Promise<VerifyStep[]> {
  await settleArrivals(ports)
  let count = 0
  return [
    await timed(ports, 'contents', async (step) => {
      for await (const row of rows(ports)) {
        await checkContent(ports, row, step)
        step.checked = ++count
        onProgress?.(step.name, count)
      }
    }),
    await timed(ports, 'references', async (step) => {
      step.checked = count
      for (const wrong of await ports.catalog.blobs.wrongCounts()) {
        note(step, `${short(wrong.digest)}: counted ${wrong.counted}, found ${wrong.actual}`)
      }
      for (const { username, counted, actual } of await ports.catalog.people.wrongQuotas()) {
        note(step, `what ${username} has put in: counted ${counted} bytes, found ${actual}`)
      }
    }),
    await timed(ports, 'files', async (step) => {
      for await (const { path } of ports.blobs.list()) {
        step.checked++
        if (!(await ports.catalog.blobs.isKnown(path))) {
          note(step, `${short(path.slice(3))}: a file that no row knows; recovery removes it`)
        }
      }
    }),
  ]
}

async function checkContent(
  { blobs, catalog }: Pick<Ports, 'blobs' | 'catalog'>,
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

async function* rows({ catalog }: Pick<Ports, 'catalog'>): AsyncGenerator<BlobRow> {
  for (let after = 0; ; ) {
    const page = await catalog.blobs.page(after, PAGE)
    yield* page
    const last = page.at(-1)
    if (!last) return
    after = last.id
  }
}

async function timed(
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

function note(step: VerifyStep, problem: string): void {
  if (step.problems.length < MAX_PROBLEMS) step.problems.push(problem)
}

/** Enough of a digest to find its row by, too little to be one. */
const short = (digest: string) => digest.slice(0, 8)
