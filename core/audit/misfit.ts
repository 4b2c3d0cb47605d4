import type { SealedEntry } from './record.ts'
import type { Misfit, Standing } from './verify.ts'

/** Ids that entries may have been moved by, when what is between was taken out and hidden. */
const MOST_SHIFT = 1_000

/**
 * What was done to the first entry that does not fit, by what comes after it: as far as the codes that
 * are left prove it. `edited` is what remains.
 */
export function classify(
  standing: Standing,
  entry: SealedEntry,
  ahead: readonly SealedEntry[],
): { kind: Misfit; id: number } {
  const expected = standing.id + 1
  if (entry.id < expected) return { kind: 'reordered', id: entry.id }
  if (entry.id > expected) {
    const isLater = ahead.some(({ id }) => id === expected)
    return { kind: isLater ? 'reordered' : 'removed', id: expected }
  }
  const kind = movedHere(standing, entry, ahead)
  if (kind) return { kind, id: entry.id }
  const isShifted = wasShifted(standing, entry, ahead[0])
  return { kind: isShifted ? 'removed' : 'edited', id: entry.id }
}

/** What it is when the entry that belongs here stands further on, with its seal or without. */
function movedHere(
  standing: Standing,
  entry: SealedEntry,
  ahead: readonly SealedEntry[],
): 'reordered' | 'added' | undefined {
  const { fits, code } = standing
  for (const [i, other] of ahead.entries()) {
    const here = { ...other, id: entry.id }
    if (entry.seal && fits({ ...here, seal: entry.seal }, code)) return 'reordered'
    if (!fits(here, code)) continue
    // Where all that follows was moved on as well, something was put in before it.
    const next = ahead[i + 1]
    const own = standing.codeIn(other)
    const isMoved = next && own && fits({ ...next, id: next.id - i - 1 }, own)
    return isMoved || !next ? 'added' : 'reordered'
  }
  return undefined
}

/** Whether the next entry follows this one when both get back higher ids: a gap was hidden. */
function wasShifted(standing: Standing, entry: SealedEntry, next?: SealedEntry): boolean {
  const code = standing.codeIn(entry)
  if (!code || !next) return false
  for (let shift = 1; shift <= MOST_SHIFT; shift++) {
    if (standing.fits({ ...next, id: next.id + shift }, code)) return true
  }
  return false
}
