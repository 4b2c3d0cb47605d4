import type { ArchiveEntry, Part } from '../../core/model/locator.ts'
import type { Draft } from '../../core/ports/parser.ts'
import { LIMITS } from './limits.ts'
import { shownPath } from './path.ts'

/** An entry as the archive has it. */
export interface FoundEntry extends Omit<ArchiveEntry, 'index' | 'modifiedAt'> {
  /** Decoded, and not made safe in any way. */
  path: string
  modified?: Date | undefined
}

/** Why a listing ends before its archive does. */
export interface Cut {
  reason: 'ENTRY_LIMIT' | 'FILE_TRUNCATED'
  /** In words for staff. */
  missing: string
}

/** Gathers entries, in the order of the archive, as parts that are found by their path. */
export function listing() {
  const parts: Part[] = []
  let seen = 0

  return {
    add(entry: FoundEntry) {
      if (parts.length < LIMITS.listed) parts.push(partOf(entry, seen))
      seen++
    },
    seen: () => seen,
    /** @param total how many there are, where it is known without looking at each */
    draft(total: number = seen, cut?: Cut): Draft {
      const missing = cut ? [cut.missing] : []
      if (total > parts.length)
        missing.push(`entries after the first ${parts.length} were not listed`)
      const reason = cut?.reason ?? (total > parts.length ? 'ENTRY_LIMIT' : undefined)
      return {
        parts,
        // Of what is behind a break nobody knows how much it is.
        coverage: {
          unit: 'entry',
          done: parts.length,
          total: Math.max(total, parts.length + (cut ? 1 : 0)),
          missing,
        },
        metadata: {},
        ...(reason && { partialReason: reason }),
        ...(total === 0 && !cut && { partialReason: 'EMPTY_ARCHIVE' }),
      }
    },
  }
}

function partOf({ path, modified, ...entry }: FoundEntry, index: number): Part {
  const shown = shownPath(path)
  const modifiedAt = modified?.getTime()
  return {
    text: shown,
    locator: { path: shown },
    entry: {
      index,
      ...entry,
      ...(modifiedAt !== undefined && Number.isSafeInteger(modifiedAt) && { modifiedAt }),
    },
  }
}
