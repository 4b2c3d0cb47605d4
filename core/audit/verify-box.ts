import type { Act, AuditFilter, Journal, Ports } from '../ports/index.ts'
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

/**
 * Verifies the chain as far as the box itself can, keeps what was found for whoever looks at how the
 * box is, and leaves an entry of it.
 *
 * @param by who asked; the box of itself, at night
 */
export async function verifyAndTell(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  { ring, anchors }: Trail,
  by: Omit<Act, 'now'>,
): Promise<Verified> {
  const verdict = await verifyBox(catalog.journal, { firstKey: () => ring.firstKey(), anchors })
  const verified = { ...verdict, at: clock.now() }
  await catalog.settings.put(VERIFIED, JSON.stringify(verified))
  const { isSound, isKeyed, entries, problem } = verdict
  const detail = { sound: isSound, keyed: isKeyed, entries, ...(problem && { problem }) }
  const { at } = verified
  await catalog.journal.audit({ ...by, at, action: 'audit.verify', subject: 'audit', detail })
  return verified
}

/** What was found last; undefined before the first look. */
export async function lastVerified({
  catalog,
}: Pick<Ports, 'catalog'>): Promise<Verified | undefined> {
  const written = await catalog.settings.get(VERIFIED)
  // Written by `verifyAndTell` alone.
  return written === undefined ? undefined : (JSON.parse(written) as Verified)
}

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
  { ring, anchors }: Trail,
): Promise<ChainState> {
  const [head, verified, text] = await Promise.all([
    catalog.journal.auditHead(),
    lastVerified({ catalog }),
    anchors.read(),
  ])
  const last = lastAnchor(text)
  return {
    entries: head?.id ?? 0,
    ...(head && { head: headText(head) }),
    isKeyHere: ring.firstKey() !== undefined,
    ...(last && { lastAnchor: last }),
    ...(verified && { verified }),
  }
}
