import { type ArchiveEntry, type Part, UNNAMED } from '../model/locator.ts'
import { cleanFolder, cleanName } from '../model/name.ts'
import type { MissingEntry, WantedEntry } from '../ports/index.ts'

const MIB = 1024 * 1024

/** What is taken out of one archive. */
export const EXPAND_LIMITS = {
  /** Of one file, which is held in memory while it is stored. */
  entryBytes: 96 * MIB,
  totalBytes: 1024 * MIB,
  /** Of what one parser unpacks at a time, unless a single file is larger. */
  batchBytes: 32 * MIB,
  batchEntries: 200,
}

/** A file in an archive that is to be a document, and where below the archive. */
export interface PlannedEntry extends WantedEntry {
  path: string
  folder: string
  name: string
}

export interface Plan {
  /** Ascending by index. */
  take: PlannedEntry[]
  /** Files that are not taken, and why. */
  missing: MissingEntry[]
}

/**
 * Decides which entries of a listed archive become documents: files, of two with one path the last,
 * as whoever unpacks it gets that. Links and devices hold nothing of their own.
 */
export function planExpansion(parts: readonly Part[], archiveName: string): Plan {
  const files = new Map(
    parts.filter(({ entry }) => entry?.type === 'file').map((part) => [part.text, part]),
  )
  const plan: Plan = { take: [], missing: [] }
  let total = 0
  for (const { text: path, entry } of inOrder(files.values())) {
    if (!entry) continue
    const { index, sizeBytes } = entry
    const place = placeIn(path === UNNAMED ? stemOf(archiveName) : path)
    const reason = whyNot(entry, { isNamed: place !== undefined, total })
    if (reason || !place) {
      plan.missing.push({ path, ...missing(reason ?? 'ENTRY_NAME') })
    } else {
      plan.take.push({ index, sizeBytes, path, ...place })
      total += sizeBytes
    }
  }
  return plan
}

const WHY = {
  PASSWORD_PROTECTED: 'It is protected by a password.',
  ENTRY_NAME: 'Its name leads out of the archive, or is none that a file may have.',
  ENTRY_TOO_LARGE: 'It is larger than 96 MiB.',
  ENTRY_LIMIT: 'It comes after the first 1 GiB of the archive.',
}

const missing = (reason: keyof typeof WHY) => ({ reason, message: WHY[reason] })

function whyNot(
  { sizeBytes, isEncrypted }: ArchiveEntry,
  { isNamed, total }: { isNamed: boolean; total: number },
): keyof typeof WHY | undefined {
  if (isEncrypted) return 'PASSWORD_PROTECTED'
  if (!isNamed) return 'ENTRY_NAME'
  if (sizeBytes > EXPAND_LIMITS.entryBytes) return 'ENTRY_TOO_LARGE'
  return total + sizeBytes > EXPAND_LIMITS.totalBytes ? 'ENTRY_LIMIT' : undefined
}

const inOrder = (parts: Iterable<Part>): Part[] =>
  [...parts].sort((a, b) => (a.entry?.index ?? 0) - (b.entry?.index ?? 0))

/** A gzip may leave it to its own name to tell what is in it. */
const stemOf = (name: string): string =>
  /\.gz$/i.test(name) && name.length > 3 ? name.slice(0, -3) : UNNAMED

/** Nothing is ever opened by it; and yet no document claims to lie above its archive. */
function placeIn(path: string): { folder: string; name: string } | undefined {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.')
  if (path.startsWith('/') || /^[a-z]:/i.test(path) || segments.includes('..')) return undefined
  try {
    return {
      folder: cleanFolder(segments.slice(0, -1).join('/')),
      name: cleanName(segments.at(-1) ?? ''),
    }
  } catch {
    return undefined // a name that no document may have
  }
}

/** Cuts what is to be taken into what is unpacked at a time. */
export function batchesOf(entries: readonly PlannedEntry[]): PlannedEntry[][] {
  const batches: PlannedEntry[][] = []
  let size = 0
  for (const entry of entries) {
    const open = batches.at(-1)
    const fits = size + entry.sizeBytes <= EXPAND_LIMITS.batchBytes
    if (open && fits && open.length < EXPAND_LIMITS.batchEntries) {
      open.push(entry)
      size += entry.sizeBytes
    } else {
      batches.push([entry])
      size = entry.sizeBytes
    }
  }
  return batches
}
