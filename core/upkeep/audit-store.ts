import { newTraceId } from '../ids.ts'
import type { Ports } from '../ports/index.ts'
import { UNREADABLE, unreadableWords } from './verify-bytes.ts'
import { checkFiles, checkReferences, timed, type VerifyStep } from './verify-steps.ts'

/** Alarm that counts or files do not fit: no bytes are removed while it stands. */
export const MISMATCH = 'mismatch'
/** What it looks at. */
const FITTING = ['references', 'files']
/** What an alarm shows of what was found. */
const MOST_SHOWN = 20

type Stores = Pick<Ports, 'blobs' | 'catalog' | 'clock'>

/**
 * The nightly audit: counts references again and compares files with rows. What does not fit raises
 * an alarm and stops the reaper, as does a disk that does not read; nothing is ever repaired by
 * removing. Only `verify`, which a person runs, ends the alarms.
 */
export async function auditStore(ports: Stores): Promise<VerifyStep[]> {
  const steps = [
    await timed(ports, 'references', (step) => checkReferences(ports, step)),
    await timed(ports, 'files', (step) => checkFiles(ports, step)),
  ]
  await tellMismatch(ports, steps, { mayClear: false })
  return steps
}

/** Raises the alarms for what these steps found, or ends them where they found nothing. */
export async function tellMismatch(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  steps: readonly VerifyStep[],
  { mayClear }: { mayClear: boolean },
): Promise<void> {
  const by = { traceId: newTraceId(), now: clock.now() }
  const isStopped = steps.some((step) => step.isStopped)
  if (isStopped) await catalog.care.raise({ kind: UNREADABLE, detail: [unreadableWords] }, by)
  else if (mayClear) await catalog.care.clear(UNREADABLE, by)
  const problems = steps
    .filter((step) => FITTING.includes(step.name) && !step.isStopped)
    .flatMap((step) => step.problems)
  if (problems.length > 0) {
    await catalog.care.raise({ kind: MISMATCH, detail: problems.slice(0, MOST_SHOWN) }, by)
  } else if (mayClear && !isStopped) {
    await catalog.care.clear(MISMATCH, by)
  }
}
