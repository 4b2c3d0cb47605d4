import { digestOfPath } from '../blob-path.ts'
import { hashing } from '../digest.ts'
import { codeOf } from '../errors.ts'
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
 * Compares rows, references and files, and hashes every blob again. Repairs nothing: a blob whose
 * bytes are wrong or gone is marked damaged, so that the next upload of the content replaces it.
 */
export async function verify(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  onProgress?: (step: string, checked: number) => void,
): Promise<VerifyStep[]> {
  const expected = new Map<string, BlobRow>()
  return [
    await timed(ports, 'contents', async (step) => {
      for await (const row of rows(ports)) {
        expected.set(row.path, row)
        await checkContent(ports, row, step)
        onProgress?.(step.name, ++step.checked)
      }
    }),
    await timed(ports, 'references', async (step) => {
      step.checked = expected.size
      for (const wrong of await ports.catalog.blobs.wrongCounts()) {
        note(step, `${short(wrong.digest)}: counted ${wrong.counted}, found ${wrong.actual}`)
      }
    }),
    await timed(ports, 'files', async (step) => {
      for await (const { path } of ports.blobs.list()) {
        step.checked++
        if (!expected.has(path) && !(await isKnown(ports, path))) {
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
    if (codeOf(cause) !== 'not_found') throw cause
    if (!(await catalog.blobs.byId(row.id))) return // swept meanwhile
    note(step, `${short(row.digest)}: the file is missing`)
    await catalog.blobs.markDamaged(row.id)
    return
  }
  if (bytes.digest() === row.digest && bytes.size() === row.sizeBytes) return
  note(step, `${short(row.digest)}: the bytes on disk are not the content`)
  await catalog.blobs.markDamaged(row.id)
}

/** A file may be younger than the pages read, or wait for its commit or its removal. */
async function isKnown({ catalog }: Pick<Ports, 'catalog'>, path: string): Promise<boolean> {
  const live = await catalog.blobs.live(digestOfPath(path))
  if (live?.path === path) return true
  const waiting = [...(await catalog.blobs.intents()), ...(await catalog.blobs.reapQueue())]
  return waiting.includes(path)
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
