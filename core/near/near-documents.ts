import { type Access, requireScope } from '../access/access.ts'
import type { Digest } from '../digest.ts'
import { findDocument } from '../library/find-document.ts'
import type { DerivationRow, NearKind, Pointer, Ports, Signature } from '../ports/index.ts'
import { bandsNear, bitsApart, textBands } from './bands.ts'
import { agreement } from './text-signature.ts'

/** A document of the caller's that is almost the same as another one of theirs. */
export interface NearDocument {
  pointer: Pointer
  kind: NearKind
  /** 0.7 to 1: of texts the share that they have in common, of pictures how much they look alike. */
  similarity: number
}

export interface NearDocuments {
  /** `waiting`: not known yet. `none`: there is nothing by which to tell. */
  state: 'ready' | 'waiting' | 'none'
  /** Most alike first, at most `MOST`. */
  items: NearDocument[]
}

const MOST = 20
/** So many contents are measured to find them. */
const MOST_MEASURED = 500
/** Share of shingles in common below which two texts are not almost the same. */
const ALIKE = 0.7
/** Bits of 64 in which pictures may differ: measured, half the size and a cropped edge turn 4. */
const MOST_BITS = 10

/**
 * Documents that are almost the same as this one, among those that the caller may see. As long as the
 * step that would tell has not been told of this very document, nothing is.
 *
 * @throws AppError `not_found` for a hidden or absent document
 */
export async function nearDocuments(
  { catalog }: Pick<Ports, 'catalog'>,
  access: Access,
  documentId: string,
): Promise<NearDocuments> {
  requireScope(access.actor, 'read')
  const { version } = await findDocument({ catalog }, access, { id: documentId })
  const told = stateOf(await catalog.derivations.shown(version.id))
  if (told !== 'ready') return { state: told, items: [] }
  const own = await catalog.near.of(version.digest)
  if (!own) return { state: 'none', items: [] }
  const { visible } = access
  const met = await catalog.near.sharing(own.digest, bandsOf(own), visible, MOST_MEASURED)
  const alike = new Map<Digest, number>()
  for (const other of met) {
    const similarity = other.kind === own.kind ? similarityOf(own, other) : 0
    if (similarity > 0) alike.set(other.digest, similarity)
  }
  const pointers = await catalog.passages.pointers([...alike.keys()], visible, {})
  const items = pointers
    .map((pointer) => {
      const similarity = alike.get(pointer.digest) ?? 0
      return { pointer, kind: own.kind, similarity }
    })
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, MOST)
  return { state: 'ready', items }
}

function stateOf(steps: readonly DerivationRow[]): NearDocuments['state'] {
  const near = steps.find(({ step }) => step === 'near')
  if (near?.state === 'done') return 'ready'
  if (near?.state === 'skipped' || near?.state === 'failed') return 'none'
  // What comes before it is still to be done, or to be told.
  const isOnItsWay = steps.some(({ state }) => state === 'waiting' || state === 'working')
  return isOnItsWay || steps.length === 0 ? 'waiting' : 'none'
}

const hexOf = ({ bytes }: Signature): string => Buffer.from(bytes).toString('hex')

/** A copy: what a catalog gives need not begin where four bytes may. */
const valuesOf = ({ bytes }: Signature): Uint32Array =>
  new Uint32Array(new Uint8Array(bytes).buffer)

const bandsOf = (own: Signature): number[] =>
  own.kind === 'picture' ? bandsNear(hexOf(own)) : textBands(valuesOf(own))

/** 0 for what is not almost the same. */
function similarityOf(own: Signature, other: Signature): number {
  if (own.kind === 'text') {
    const share = agreement(valuesOf(own), valuesOf(other))
    return share >= ALIKE ? share : 0
  }
  const apart = bitsApart(hexOf(own), hexOf(other))
  return apart <= MOST_BITS ? 1 - apart / 64 : 0
}
