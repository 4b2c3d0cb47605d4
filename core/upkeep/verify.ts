import { settleArrivals } from '../ingest/settle.ts'
import type { BlobRow, Ports } from '../ports/index.ts'
import { tellMismatch } from './audit-store.ts'
import { checkContents } from './verify-contents.ts'
import {
  checkFiles,
  checkQuotas,
  checkReferences,
  type LookRule,
  note,
  short,
  timed,
  type VerifyStep,
} from './verify-steps.ts'

/** Contents in the wrong place of the index that are named. */
const PAGE = 100

export interface VerifyOptions extends LookRule {
  /** Share of the contents that are hashed again, 0 to 1; all unless said. */
  sample?: number
  onProgress?(step: string, checked: number): void
}

type Stores = Pick<Ports, 'blobs' | 'catalog' | 'clock'> &
  Partial<Pick<Ports, 'index' | 'embedder'>>

/**
 * Looks at everything that the store promises, a named step each; what has just arrived is settled
 * first, and looked at like the rest. Repairs nothing: a blob whose bytes are wrong, gone or
 * unreadable on the disk is marked damaged, so that the next upload of the content replaces it, and one
 * that was marked and reads well is live again. Where references or files do not fit, or the disk does
 * not read, no bytes are removed any more; the alarms of that end when all fits and reads.
 */
export async function verify(ports: Stores, options: VerifyOptions = {}): Promise<VerifyStep[]> {
  await settleArrivals(ports)
  const { catalog } = ports
  const { isSure = false, sample = 1, onProgress } = options
  const missing = new Set<number>()
  const isWanted = (row: BlobRow) => !missing.has(row.id) && isSampled(row, sample)
  const steps: [string, (step: VerifyStep) => Promise<void>][] = [
    ['catalog', (step) => checkCatalog(ports, step)],
    ['foreign keys', (step) => checkForeignKeys(ports, step)],
    ['references', (step) => checkReferences(ports, step)],
    ['quotas', (step) => checkQuotas(ports, step)],
    ['files', (step) => checkFiles(ports, step, { isSure, missing })],
    [
      'contents',
      (step) =>
        checkContents(ports, step, {
          isSure,
          isWanted,
          onProgress: (checked) => onProgress?.(step.name, checked),
        }),
    ],
    ['derived', async (step) => found(step, await catalog.care.wrongDerived())],
    ['indexes', (step) => checkIndexes(ports, step)],
  ]
  const done: VerifyStep[] = []
  for (const [name, run] of steps) {
    onProgress?.(name, 0)
    done.push(await timed(ports, name, run))
  }
  await tellMismatch(ports, done, { mayClear: true })
  return done
}

async function checkCatalog({ catalog }: Stores, step: VerifyStep): Promise<void> {
  step.checked = 1
  for (const problem of await catalog.care.integrity()) note(step, problem)
}

async function checkForeignKeys({ catalog }: Stores, step: VerifyStep): Promise<void> {
  step.checked = 1
  for (const { table, count } of await catalog.care.danglingRows()) {
    note(step, `${count} rows of ${table} point to what is not there`)
  }
}

/** Another part of the contents each day; by digest, so that none is left out for ever by its number. */
function isSampled({ digest, state }: BlobRow, sample: number): boolean {
  if (sample >= 1 || state === 'damaged') return true
  return (Number.parseInt(digest.slice(8, 16), 16) / 2 ** 32 + Math.random()) % 1 < sample
}

/** Whether contents are found where their pointers are, and all of what was embedded is there. */
async function checkIndexes({ catalog, embedder, index }: Stores, step: VerifyStep): Promise<void> {
  const { digests } = await catalog.passages.outdated('', PAGE)
  for (const digest of digests) {
    note(step, `${short(digest)}: found elsewhere than its pointers are; the worker puts it right`)
  }
  if (!index || !embedder) return
  const { space } = embedder
  const before = await catalog.care.indexedChunks(space.id)
  step.checked = await index.of(space).count()
  const after = await catalog.care.indexedChunks(space.id)
  // Others may be at work. What the index has too much is removed with the next sweep.
  if (step.checked < Math.min(before, after)) {
    note(step, `${step.checked} of ${after} vectors are there: onefold reindex index`)
  }
}

function found(step: VerifyStep, { checked, wrong }: { checked: number; wrong: string[] }): void {
  step.checked = checked
  for (const problem of wrong) note(step, problem)
}
