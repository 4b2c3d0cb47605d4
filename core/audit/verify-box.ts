import type { AuditFilter, Journal, Ports } from '../ports/index.ts'
import { type Anchors, lastAnchor, type Trail } from './anchor.ts'
import type { ExportedEntry } from './export.ts'
import { chainOf } from './key.ts'
import { headsIn, headText } from './seal.ts'
import { type Against, type Verdict, verifyChain } from './verify.ts'

const PAGE = 500
/** Setting with what the last look at the chain found. */
const VERIFIED = 'audit_verified'

/** Entries with their seals in the order of writing, page by page, up to those that are there now. */
export async function* sealedEntries(
  journal: Pick<Journal, 'sealed' | 'auditHead'>,
  filter?: AuditFilter,
): AsyncIterable<ExportedEntry> {
  const until = (await journal.auditHead())?.id ?? 0
  let after = 0
  for (;;) {
    const page = await journal.sealed(after, PAGE, filter)
    for (const entry of page) {
      if (entry.id > until && until > 0) return
      yield entry
      after = entry.id
    }
    if (page.length < PAGE) return
  }
}

/**
 * Verifies the chain in the catalog against the anchors of the box, with the first key as long as it
 * lies here; after that by the links, and a verdict with the key is for whoever took it away.
 */
export async function verifyBox(
  journal: Pick<Journal, 'sealed' | 'auditHead'>,
  { firstKey, anchors }: { firstKey(): Buffer | undefined; anchors: Anchors },
  given: Pick<Against, 'keys' | 'heads'> = {},
): Promise<Verdict & { isKeyed: boolean }> {
  const here = firstKey()
  const keys = given.keys ?? (here && new Map([[chainOf(here), here]]))
  const heads = [...(given.heads ?? []), ...headsIn(await anchors.read())]
  const verdict = await verifyChain(sealedEntries(journal), {
    heads,
    ...(keys && { keys }),
  })
  return { ...verdict, isKeyed: keys !== undefined }
}

/** What was found when somebody, or the night, last looked. */
export interface Verified extends Verdict {
  at: number
  isKeyed: boolean
}

export const keepVerdict = (
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  verdict: Verdict & { isKeyed: boolean },
): Promise<void> => catalog.settings.put(VERIFIED, JSON.stringify({ ...verdict, at: clock.now() }))

/** How the chain stands. */
interface ChainState {
  entries: number
  head?: string
  /** Whether the first key still lies on the box, where it proves nothing. */
  isKeyHere: boolean
  lastAnchor?: { at: number; head: string }
  verified?: Verified
}

export async function chainState(
  { catalog }: Pick<Ports, 'catalog'>,
  { ring, anchors }: { ring: Trail['ring']; anchors: Anchors },
): Promise<ChainState> {
  const [head, written, text] = await Promise.all([
    catalog.journal.auditHead(),
    catalog.settings.get(VERIFIED),
    anchors.read(),
  ])
  const last = lastAnchor(text)
  return {
    entries: head?.id ?? 0,
    ...(head && { head: headText(head) }),
    isKeyHere: ring.firstKey() !== undefined,
    ...(last && { lastAnchor: last }),
    // Written by `keepVerdict` alone.
    ...(written !== undefined && { verified: JSON.parse(written) as Verified }),
  }
}
