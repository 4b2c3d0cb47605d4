import type { BlobRow, Ports } from '../ports/index.ts'
import {
  digestIn,
  isCurrent,
  isRead,
  MOST_UNREAD,
  type Reading,
  readingOf,
} from './verify-bytes.ts'
import {
  blobRows,
  type LookRule,
  note,
  PAUSE_MS,
  short,
  stop,
  type VerifyStep,
} from './verify-steps.ts'

type Stores = Pick<Ports, 'blobs' | 'catalog' | 'clock'>

/** What is wrong, in words. */
const WORDS: Record<Exclude<Reading, 'whole'>, string> = {
  wrong: 'the bytes on disk are not the content',
  missing: 'the file is missing',
  unread: 'the disk cannot read the file',
}

/**
 * Hashes blobs again. One whose bytes are twice wrong is marked damaged; so is one that cannot be read,
 * and not a moment later either. Of many such in a row none is marked, and the step stops. A damaged
 * one whose bytes are right after all is live again.
 *
 * @param isWanted which are hashed
 */
export async function checkContents(
  ports: Stores,
  step: VerifyStep,
  rule: LookRule & { isWanted(row: BlobRow): boolean; onProgress?(checked: number): void },
): Promise<void> {
  const look = (row: BlobRow): Promise<Reading> => readingOf(row, digestIn(ports))
  const doubts: BlobRow[] = []
  let inARow = 0
  for await (const row of blobRows(ports)) {
    if (!rule.isWanted(row)) continue
    const reading =
      row.state === 'damaged' ? await lookAtDamaged(ports, row, step) : await look(row)
    if (reading === 'wrong') await mark(ports, row, { step, reading })
    else if (reading && !isRead(reading)) doubts.push(row)
    step.checked++
    rule.onProgress?.(step.checked)
    if (!reading) continue
    inARow = isRead(reading) ? 0 : inARow + 1
    if (inARow === MOST_UNREAD && !rule.isSure) return stop(step)
  }
  if (doubts.length > 0) await ports.clock.sleep(PAUSE_MS)
  for (const row of doubts) {
    const reading = await look(row)
    if (reading !== 'whole') await mark(ports, row, { step, reading })
  }
}

/** Undefined when it is as damaged as it was known to be, or another row has the content whole. */
async function lookAtDamaged(
  ports: Stores,
  row: BlobRow,
  step: VerifyStep,
): Promise<'whole' | undefined> {
  const { blobs } = ports.catalog
  if (await blobs.live(row.digest)) return undefined
  const reading = await readingOf(row, digestIn(ports))
  if (reading === 'whole') {
    await blobs.markSound(row, ports.clock.now())
    return reading
  }
  if (await isCurrent(ports, row)) note(step, `${short(row.digest)}: damaged; ${WORDS[reading]}`)
  return undefined
}

async function mark(
  ports: Stores,
  row: BlobRow,
  { step, reading }: { step: VerifyStep; reading: Exclude<Reading, 'whole'> },
): Promise<void> {
  if (!(await isCurrent(ports, row))) return
  note(step, `${short(row.digest)}: ${WORDS[reading]}`)
  await ports.catalog.blobs.markDamaged(row.id)
}
