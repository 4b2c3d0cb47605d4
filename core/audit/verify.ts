import { keyAfter } from './key.ts'
import { classify } from './misfit.ts'
import { recordOf, type Seal, type SealedEntry } from './record.ts'
import { type Head, headText, linkOf, macOf, NOTHING_BEFORE } from './seal.ts'

/** What somebody did to the entries. */
export type Misfit =
  /** It says something else than when it was sealed, or was not written by this box. */
  | 'edited'
  /** One or more entries before it are gone. */
  | 'removed'
  /** It stands where another one stood. */
  | 'reordered'
  /** It was put in between. */
  | 'added'
  /** Entries at the end are gone, which a head still tells of. */
  | 'truncated'
  /** All fits in itself, but a head says that another entry stood here, or the key is too young. */
  | 'rewritten'
  /** It belongs to a chain whose first key is not among the ones given. */
  | 'unknown_key'
  /** It has no seal. */
  | 'unsealed'

export interface Verdict {
  isSound: boolean
  /** Entries that were looked at and fit. */
  entries: number
  from?: { id: number; at: number }
  until?: { id: number; at: number }
  /** Of the last entry that fits. */
  head?: string
  /** Heads from outside that were compared. */
  heads: number
  /** The first entry that does not fit. */
  problem?: { kind: Misfit; id: number; at?: number }
}

export interface Against {
  /**
   * First keys by chain. Without them only the links are looked at: whoever can write the catalog can
   * make these anew, up to the last head that he cannot reach.
   */
  keys?: ReadonlyMap<string, Uint8Array>
  /** What was written down of the chain elsewhere. */
  heads?: readonly Head[]
  /** Of a selection: each entry says the code before it, and may leave gaps. */
  before?: (entry: SealedEntry) => Buffer | undefined
}

/** More hours than a box ever runs: an epoch beyond is no epoch. */
const MOST_EPOCHS = 1_000_000
const HOUR_MS = 3_600_000
/** Hours that a clock may be set back and forth between two entries. */
const SLACK_EPOCHS = 3
/** Entries after a misfit that are looked at to tell what was done. */
const AHEAD = 1_000

/**
 * Goes through entries in the order of their ids and stops at the first that does not fit. Needs
 * nothing but what it is given: no catalog, no box.
 */
export async function verifyChain(
  entries: AsyncIterable<SealedEntry>,
  against: Against = {},
): Promise<Verdict> {
  const walk = newWalk(against)
  const iterator = entries[Symbol.asyncIterator]()
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    const kind = walk.take(next.value)
    if (!kind) continue
    const told =
      kind === 'edited' && !against.before
        ? classify(walk.standing(), next.value, await someOf(iterator, AHEAD))
        : { kind, id: next.value.id }
    return walk.verdict({ at: next.value.at, ...told })
  }
  return walk.verdict(walk.missing())
}

async function someOf(iterator: AsyncIterator<SealedEntry>, most: number): Promise<SealedEntry[]> {
  const some: SealedEntry[] = []
  while (some.length < most) {
    const { done, value } = await iterator.next()
    if (done) break
    some.push(value)
  }
  return some
}

/** Where the walk stands before an entry. */
export interface Standing {
  id: number
  /** Of the last entry that fits. */
  code: Buffer
  /** What the seal of an entry says: its code by the key, or its link where there is none. */
  codeIn(entry: SealedEntry): Buffer | undefined
  /** Whether an entry, as it is given, follows `before`. */
  fits(entry: SealedEntry, before: Buffer): boolean
}

function newWalk({ keys, heads = [], before }: Against) {
  const expected = headsById(heads)
  const { codeIn, fits } = fitting(keys)
  let code: Buffer = NOTHING_BEFORE
  let [id, entries, seen] = [0, 0, 0]
  let first: SealedEntry | undefined
  let last: SealedEntry | undefined

  function misfitOf(entry: SealedEntry): Misfit | undefined {
    const { seal } = entry
    if (!seal) return 'unsealed'
    if (keys && !keys.has(seal.chain)) return 'unknown_key'
    // A selection may leave entries out; the very next one follows what was just seen.
    const said = before && entry.id !== id + 1 ? before(entry) : code
    if (!said || !fits(entry, said)) return 'edited'
    if (last && isAhead(entry, last)) return 'rewritten'
    const known = expected.get(entry.id) ?? []
    seen += known.length
    return known.every(({ mac }) => mac.equals(seal.mac)) ? undefined : 'rewritten'
  }

  return {
    take(entry: SealedEntry): Misfit | undefined {
      const kind = misfitOf(entry)
      if (kind) return kind
      code = codeIn(entry) ?? code
      id = entry.id
      entries += 1
      first ??= entry
      last = entry
      return undefined
    },
    standing: (): Standing => ({ id, code, codeIn, fits }),
    /** What a head tells of that is not there. */
    missing(): Verdict['problem'] {
      const furthest = Math.max(0, ...expected.keys())
      return furthest > id && !before ? { kind: 'truncated', id: id + 1 } : undefined
    },
    verdict: (problem: Verdict['problem']): Verdict => ({
      isSound: problem === undefined,
      entries,
      ...(first && { from: { id: first.id, at: first.at } }),
      ...(last && { until: { id: last.id, at: last.at } }),
      ...(last?.seal && { head: headText({ id: last.id, ...last.seal }) }),
      heads: seen,
      ...(problem && { problem }),
    }),
  }
}

/**
 * Whether the key moved on by more hours than can have passed since the entry before: somebody sealed
 * old entries anew with a key of today. A clock that was set back and forth is let pass.
 */
function isAhead({ seal, at }: SealedEntry, last: SealedEntry): boolean {
  if (!seal || last.seal?.chain !== seal.chain) return false
  const hours = Math.abs(at - last.at) / HOUR_MS
  const moved = seal.epoch - last.seal.epoch
  return moved < 0 || moved > hours + SLACK_EPOCHS
}

function fitting(keys: Against['keys']): Pick<Standing, 'codeIn' | 'fits'> {
  const keyOf = keys && epochKeys(keys)
  if (!keyOf) {
    return {
      codeIn: ({ seal }) => seal?.link,
      fits: (entry, before) => entry.seal?.link.equals(linkOf(before, recordOf(entry))) === true,
    }
  }
  return {
    codeIn: ({ seal }) => seal?.mac,
    fits(entry, before) {
      const key = entry.seal && keyOf(entry.seal)
      return key ? entry.seal?.mac.equals(macOf(key, before, recordOf(entry))) === true : false
    },
  }
}

/** Keys of the hours, each made once while the walk goes forward. */
function epochKeys(keys: ReadonlyMap<string, Uint8Array>) {
  const at = new Map<string, { epoch: number; key: Uint8Array }>()
  return ({ chain, epoch }: Seal): Uint8Array | undefined => {
    const first = keys.get(chain)
    if (!first || epoch > MOST_EPOCHS) return undefined
    const known = at.get(chain)
    const from = known && known.epoch <= epoch ? known : { epoch: 0, key: first }
    const key = keyAfter(from.key, epoch - from.epoch)
    at.set(chain, { epoch, key })
    return key
  }
}

function headsById(heads: readonly Head[]): Map<number, Head[]> {
  const byId = new Map<number, Head[]>()
  for (const head of heads) byId.set(head.id, [...(byId.get(head.id) ?? []), head])
  return byId
}
